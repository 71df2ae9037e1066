#include "compare/run_comparison.hpp"

#include <utility>

#include "compare/comparison_csv.hpp"
#include "compare/comparison_json.hpp"
#include "compare/page.hpp"
#include "compare/remarks.hpp"
#include "compare/tuning.hpp"
#include "core/errors.hpp"
#include "report/report.hpp"
#include "train/atomic_file.hpp"

namespace clino::compare {

namespace {

namespace fs = std::filesystem;

std::vector<RunResult> results(const std::vector<Job>& jobs, std::vector<RunOutcome> outcomes) {
  std::vector<RunResult> runs;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    runs.push_back({.variation = jobs[i].variation,
                    .seed = jobs[i].seed,
                    .fold = jobs[i].fold,
                    .directory = jobs[i].directory,
                    .outcome = std::move(outcomes[i])});
  }
  return runs;
}

void write_reports(const std::vector<RunResult>& runs, const fs::path& directory) {
  for (const RunResult& run : runs) {
    const fs::path folder = directory / run.directory;
    if (fs::exists(folder / run_files::kSummary)) {
      write_report(folder / run_files::kReport, std::span(&folder, 1));
    }
  }
}

Comparison begin_comparison(const Plan& plan) {
  Comparison comparison;
  comparison.name = plan.name;
  comparison.target = plan.target;
  comparison.design = plan.paired ? statistics::Design::paired : statistics::Design::independent;
  comparison.folds = plan.folds;
  comparison.seeds = plan.seeds;
  comparison.tuned = !plan.tune.empty();
  for (const Variation& variation : plan.variations) {
    VariationResult result;
    result.label = variation.label;
    result.settings = variation.settings;
    if (!plan.within.empty()) {
      const std::string value = short_value(*variation.find(plan.within));
      result.group = last_part(plan.within) + "=" + value;
      result.name = without_part(without_part(variation.label, result.group), value);
    }
    comparison.variations.push_back(std::move(result));
  }
  return comparison;
}

/// No run counts as finished any more: interrupted, the repetition goes on like any comparison.
void forget_runs(const Plan& plan, const fs::path& directory) {
  for (const std::vector<Job>& jobs : {tuning_jobs(plan), comparison_jobs(plan, {})}) {
    for (const Job& job : jobs) {
      for (const char* file : {run_files::kSummary, run_files::kCheckpoint}) {
        fs::remove(directory / job.directory / file);
      }
    }
  }
}

/// Temporary files that a killed comparison was writing.
std::vector<fs::path> leftovers(const fs::path& directory) {
  std::vector<fs::path> found;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory)) {
    const std::string name = entry.path().filename().string();
    for (const char* file : {comparison_files::kPlan, comparison_files::kJson,
                             comparison_files::kCsv, comparison_files::kPage}) {
      if (name.starts_with(std::string(file) + ".tmp-")) found.push_back(entry.path());
    }
  }
  return found;
}

bool only_leftovers(const fs::path& directory) {
  const auto entries = std::distance(fs::directory_iterator(directory), fs::directory_iterator());
  return std::cmp_equal(entries, leftovers(directory).size());
}

}  // namespace

CompareResult run_comparison(const CompareRequest& request) {
  const Plan& plan = request.plan;
  check_plan(plan);
  const std::string plan_identity = identity(plan);  // findings of the configs come here
  const RunDirectoryLock lock =
      prepare_comparison_directory(request.directory, request.occupied, plan_identity);
  if (request.occupied == Occupied::overwrite) forget_runs(plan, request.directory);

  const auto run_all = [&](const std::string& phase, const std::vector<Job>& jobs) {
    RunnerOptions options{.directory = request.directory,
                          .target = plan.target,
                          .workers = request.workers,
                          .stop = request.stop};
    if (request.progress) {
      options.progress = [&](const RunnerProgress& now) { request.progress(phase, jobs, now); };
    }
    return run_jobs(jobs, options);
  };

  CompareResult result;
  result.comparison = begin_comparison(plan);
  Comparison& comparison = result.comparison;
  std::vector<std::vector<Setting>> tuned;
  if (!plan.tune.empty()) {
    const std::vector<Job> jobs = tuning_jobs(plan);
    RunnerResult found = run_all("tuning", jobs);
    if (found.interrupted) return {.interrupted = true, .comparison = {}};
    for (std::size_t i = 0; i < plan.variations.size(); ++i) {
      comparison.variations[i].tuning = choose(plan, i, jobs, found.outcomes);
      tuned.push_back(settings_of(*comparison.variations[i].tuning));
    }
  }
  const std::vector<Job> jobs = comparison_jobs(plan, tuned);
  RunnerResult found = run_all("comparing", jobs);
  if (found.interrupted) return {.interrupted = true, .comparison = {}};
  comparison.runs = results(jobs, std::move(found.outcomes));
  for (std::size_t i = 0; i < comparison.runs.size(); ++i) {
    comparison.variations[comparison.runs[i].variation].runs.push_back(i);
  }
  analyze(comparison, plan.measure, plan.assertions);
  comparison.remarks = remarks(comparison);
  if (request.reports) write_reports(comparison.runs, request.directory);
  write_comparison(comparison, request.directory);
  return result;
}

void check_comparison_directory(const fs::path& directory, Occupied occupied,
                                const std::string& plan) {
  const fs::path file = directory / comparison_files::kPlan;
  if (occupied != Occupied::refuse || !fs::is_directory(directory)) return;
  const bool goes_on = fs::exists(file) && read_file(file.string()) == plan;
  if (goes_on || only_leftovers(directory)) return;
  throw UsageError("the directory " + directory.string() +
                   (fs::exists(file)
                        ? " holds another comparison: give --resume to keep the runs of it that "
                          "fit, --overwrite to replace it, or --out for another directory"
                        : " is not empty and holds no comparison: give --out for another one, or "
                          "--overwrite"));
}

RunDirectoryLock prepare_comparison_directory(const fs::path& directory, Occupied occupied,
                                              const std::string& plan) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error || !fs::is_directory(directory)) {
    throw InputError("cannot make the directory " + directory.string() + ": " +
                     (error ? error.message() : "a file is in its place"));
  }
  RunDirectoryLock lock(directory);
  check_comparison_directory(directory, occupied, plan);
  for (const fs::path& leftover : leftovers(directory)) fs::remove(leftover);
  const fs::path file = directory / comparison_files::kPlan;
  if (!fs::exists(file) || read_file(file.string()) != plan) {
    // What another plan came to would be taken for this one's.
    for (const char* name :
         {comparison_files::kJson, comparison_files::kCsv, comparison_files::kPage}) {
      fs::remove(directory / name);
    }
  }
  write_atomically(file.string(), plan);
  return lock;
}

fs::path default_comparison_directory(const Plan& plan) {
  return fs::path("comparisons") / folder_of(plan.name);
}

void write_comparison(const Comparison& comparison, const fs::path& directory) {
  write_atomically((directory / comparison_files::kCsv).string(), comparison_csv(comparison));
  write_atomically((directory / comparison_files::kPage).string(),
                   comparison_html(comparison, directory));
  // Last: whoever waits for it finds the others too.
  write_atomically((directory / comparison_files::kJson).string(), comparison_json(comparison));
}

}  // namespace clino::compare
