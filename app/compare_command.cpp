#include <algorithm>
#include <iostream>
#include <memory>
#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>
#include <thread>

#include "app/command.hpp"
#include "app/jobs_display.hpp"
#include "app/stop_signals.hpp"
#include "app/terminal.hpp"
#include "compare/comparison_json.hpp"
#include "compare/comparison_table.hpp"
#include "compare/dry_run.hpp"
#include "compare/existing_runs.hpp"
#include "compare/run_comparison.hpp"
#include "core/errors.hpp"

namespace clino::app {

namespace {

namespace fs = std::filesystem;

struct CompareArguments {
  std::string config;
  std::vector<std::string> more;  ///< overrides, or runs
  std::vector<std::string> vary, tune, assertions;
  std::optional<Index> seeds, tune_seeds, folds;
  std::optional<unsigned> jobs;
  std::string target, measure, within, out;
  bool unpaired = false, dry_run = false, resume = false, overwrite = false, reports = false;
};

/// What the command line says goes before what the file says.
compare::Plan plan_of(const CompareArguments& arguments) {
  compare::Plan plan;
  if (compare::is_comparison_file(arguments.config)) {
    plan = compare::load_plan(arguments.config);
  } else {
    plan.config = arguments.config;
    plan.name = fs::path(arguments.config).stem().string();
    plan.variations = {{}};
  }
  plan.overrides.insert(plan.overrides.end(), arguments.more.begin(), arguments.more.end());
  std::vector<compare::Axis> axes;
  for (const std::string& text : arguments.vary) axes.push_back(compare::parse_axis(text));
  if (!axes.empty()) {
    plan.variations = compare::combined(plan.variations, compare::all_combinations(axes));
  }
  compare::name_the_only_variation(plan);
  if (!arguments.tune.empty()) plan.tune.clear();
  if (arguments.tune_seeds && arguments.tune.empty() && plan.tune.empty()) {
    throw UsageError("--tune-seeds goes with --tune");
  }
  for (const std::string& text : arguments.tune) plan.tune.push_back(compare::parse_grid(text));
  for (const std::string& text : arguments.assertions) {
    plan.assertions.push_back(compare::parse_assertion(text));
  }
  plan.seeds = arguments.seeds.value_or(plan.seeds);
  plan.tune_seeds = arguments.tune_seeds.value_or(plan.tune_seeds);
  if (arguments.folds) plan.folds = arguments.folds;
  if (!arguments.target.empty()) plan.target = compare::parse_target(arguments.target);
  if (!arguments.measure.empty()) plan.measure = arguments.measure;
  if (!arguments.within.empty()) plan.within = arguments.within;
  if (arguments.unpaired) plan.paired = false;
  return plan;
}

unsigned workers_of(const CompareArguments& arguments, const CommonOptions& common) {
  const unsigned wanted =
      arguments.jobs.value_or(std::max(std::thread::hardware_concurrency(), 1U));
  return common.threads > 0 ? std::min(common.threads, wanted) : wanted;
}

int show_comparison(const compare::Comparison& comparison, const std::string& directory,
                    const CommonOptions& common) {
  if (common.json) {
    std::cout << compare::comparison_json(comparison);
  } else if (!common.quiet) {
    std::cout << compare::comparison_table(comparison, screen_options());
    if (!directory.empty()) {
      std::cout << "page: " << (fs::path(directory) / compare::comparison_files::kPage).string()
                << '\n';
    }
  }
  const bool any_ended = std::ranges::any_of(
      comparison.runs, [](const compare::RunResult& run) { return !run.outcome.failed(); });
  if (!any_ended) spdlog::error("all runs failed");
  bool all_hold = any_ended;
  for (const compare::AssertionResult& assertion : comparison.assertions) {
    all_hold = all_hold && assertion.holds;
    if (!assertion.holds && (common.quiet || common.json)) {
      spdlog::error("does not hold: {}", assertion.text);
    }
  }
  return all_hold ? kDone : kFailed;
}

int compare_existing(const CompareArguments& arguments, const CommonOptions& common) {
  std::vector<fs::path> runs = {arguments.config};
  runs.insert(runs.end(), arguments.more.begin(), arguments.more.end());
  for (const auto& [given, name] :
       {std::pair{!arguments.vary.empty(), "--vary"}, std::pair{!arguments.tune.empty(), "--tune"},
        std::pair{arguments.seeds.has_value(), "--seeds"},
        std::pair{arguments.folds.has_value(), "--folds"},
        std::pair{arguments.dry_run, "--dry-run"}, std::pair{arguments.resume, "--resume"},
        std::pair{arguments.tune_seeds.has_value(), "--tune-seeds"},
        std::pair{arguments.jobs.has_value(), "--jobs"},
        std::pair{arguments.unpaired, "--unpaired"}, std::pair{arguments.reports, "--reports"},
        std::pair{!arguments.within.empty(), "--within"}}) {
    if (given) {
      throw UsageError(std::string(name) + " trains: it goes with a config, not with runs");
    }
  }
  std::vector<compare::Assertion> assertions;
  for (const std::string& text : arguments.assertions) {
    assertions.push_back(compare::parse_assertion(text));
  }
  std::optional<compare::Target> target;
  if (!arguments.target.empty()) target = compare::parse_target(arguments.target);
  compare::Comparison comparison =
      compare::compare_runs(runs, target, arguments.measure, assertions);
  if (!arguments.out.empty()) {
    const RunDirectoryLock lock = compare::prepare_comparison_directory(
        arguments.out, arguments.overwrite ? Occupied::overwrite : Occupied::refuse,
        compare::plan_of_runs(runs));
    for (compare::RunResult& run : comparison.runs) {
      run.directory = fs::proximate(fs::absolute(run.directory), fs::absolute(arguments.out));
    }
    compare::write_comparison(comparison, arguments.out);
  }
  return show_comparison(comparison, arguments.out, common);
}

int run_compare(const CompareArguments& arguments, const CommonOptions& common) {
  if (arguments.resume && arguments.overwrite) {
    throw UsageError(
        "--resume keeps the runs that are there and --overwrite replaces them: give "
        "one of them");
  }
  if (fs::is_directory(arguments.config)) return compare_existing(arguments, common);
  compare::CompareRequest request;
  request.plan = plan_of(arguments);
  request.directory = arguments.out.empty() ? compare::default_comparison_directory(request.plan)
                                            : fs::path(arguments.out);
  request.workers = workers_of(arguments, common);
  request.reports = arguments.reports;
  if (arguments.resume) request.occupied = Occupied::resume;
  if (arguments.overwrite) request.occupied = Occupied::overwrite;
  if (arguments.dry_run) {
    std::cout << compare::dry_run(request, common.json);
    return kDone;
  }
  const StopSignals signals;
  request.stop = &StopSignals::received;
  JobsDisplay display(request.plan);
  if (display.visible() && !common.quiet) {
    request.progress = [&](const std::string& phase, std::span<const compare::Job> jobs,
                           const compare::RunnerProgress& now) { display.show(phase, jobs, now); };
  }
  const compare::CompareResult result = compare::run_comparison(request);
  display.clear();
  if (result.interrupted) {
    spdlog::warn("interrupted; the same command goes on, finished runs are kept in {}",
                 request.directory.string());
    return 128 + StopSignals::received;
  }
  return show_comparison(result.comparison, request.directory.string(), common);
}

void add_options(CLI::App& verb, const std::shared_ptr<CompareArguments>& arguments) {
  verb.add_option("config", arguments->config,
                  "Config, comparison file, or the first of several run directories")
      ->required()
      ->type_name("CONFIG");
  verb.add_option("more", arguments->more, "Config values for all, or more run directories")
      ->type_name("key=value");
  // One value each: a second word after the option is the next argument.
  const auto repeated = [&](const char* name, std::vector<std::string>& values,
                            const char* description, const char* type) {
    verb.add_option(name, values, description)->type_name(type)->allow_extra_args(false);
  };
  repeated("--vary", arguments->vary, "Values to compare; several --vary give all combinations",
           "key=v1,v2");
  verb.add_option("--within", arguments->within,
                  "Compare only variations that have the same value of this key")
      ->type_name("key");
  verb.add_option("--seeds", arguments->seeds, "Runs of each variation; default: 10")
      ->check(CLI::Range(Index{1}, Index{100000}))
      ->type_name("N");
  verb.add_option("--target", arguments->target,
                  "What counts as reached: accuracy=0.95, loss=0.1, train.loss=0.1")
      ->type_name("METRIC=X");
  verb.add_option("--measure", arguments->measure,
                  "What ranks; default: epochs to the target, or the final metric")
      ->type_name("NAME");
  repeated("--tune", arguments->tune,
           "Choose for each variation: key=log:LOW:HIGH:COUNT, key=linear:..., key=v1,v2",
           "key=GRID");
  verb.add_option("--tune-seeds", arguments->tune_seeds,
                  "Runs of each value of the grid; default: 3")
      ->check(CLI::Range(Index{1}, Index{1000}))
      ->type_name("N");
  verb.add_option("--folds", arguments->folds, "Cross-validation: so many folds for each seed")
      ->check(CLI::Range(Index{2}, Index{100000}))
      ->type_name("K");
  repeated("--assert", arguments->assertions,
           "What has to hold, else the exit code is 1: \"relu.final_accuracy > 0.98\"",
           "ASSERTION");
  verb.add_option("--jobs", arguments->jobs, "Runs at a time; default: one for each processor")
      ->check(CLI::Range(1U, 4096U))
      ->type_name("N");
  verb.add_option("--out", arguments->out, "Directory; default: comparisons/NAME")
      ->type_name("DIR");
  verb.add_flag("--unpaired", arguments->unpaired, "Seeds of its own for each variation");
  verb.add_flag("--reports", arguments->reports, "Write the page of every run too");
  verb.add_flag("--dry-run", arguments->dry_run, "Say what would run and about how long");
  verb.add_flag(
      "--resume", arguments->resume,
      "Keep what fits of another comparison in the directory, such as one of fewer seeds");
  verb.add_flag("--overwrite", arguments->overwrite, "Repeat runs that are there");
}

}  // namespace

void add_compare(CLI::App& program, CommonOptions& common, int& exit_code) {
  auto arguments = std::make_shared<CompareArguments>();
  CLI::App* verb = program.add_subcommand(
      "compare", "Train variations of a config with several seeds and say what differs");
  add_options(*verb, arguments);
  verb->footer("The same command goes on with a comparison that was interrupted.");
  verb->callback([=, &common, &exit_code] { exit_code = run_compare(*arguments, common); });
}

}  // namespace clino::app
