#include "compare/dry_run.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <map>
#include <unistd.h>

#include "compare/jobs.hpp"
#include "core/errors.hpp"
#include "report/number_text.hpp"
#include "train/trainer.hpp"

namespace clino::compare {

namespace {

namespace fs = std::filesystem;

using Clock = std::chrono::steady_clock;
constexpr double kSecondsOfTrial = 0.1;

/// A directory that is gone with the object.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = (fs::temp_directory_path() / "clino-dry-run-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
      throw InputError("cannot make a temporary directory " + pattern);
    }
    path_ = pattern;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

struct Trial {
  double seconds = 0;  ///< of a whole run, about
  std::uint64_t steps = 0;
};

Trial try_run(Config config, const fs::path& directory) {
  config.training.max_seconds =
      std::min(config.training.max_seconds.value_or(kSecondsOfTrial), kSecondsOfTrial);
  const TrainRequest request{.config = std::move(config),
                             .directory = directory,
                             .occupied = Occupied::overwrite,
                             .threads = 1};
  const Clock::time_point start = Clock::now();
  const TrainResult result = train(request);
  const double all = std::chrono::duration<double>(Clock::now() - start).count();
  Trial trial{.seconds = result.seconds, .steps = result.steps};
  const TrainingConfig& training = request.config.training;
  const Index whole_batches =
      (result.train_samples + training.batch_size - 1) / training.batch_size;
  const auto batches = static_cast<double>(whole_batches);
  double steps = training.epochs ? static_cast<double>(*training.epochs) * batches
                                 : static_cast<double>(result.steps);
  if (training.max_steps) steps = std::min(steps, static_cast<double>(*training.max_steps));
  if (result.steps > 0) trial.seconds *= steps / static_cast<double>(result.steps);
  trial.seconds += all - result.seconds;  // reading the data, evaluation, files
  trial.steps = static_cast<std::uint64_t>(steps);
  return trial;
}

struct Line {
  std::string label;
  Index runs = 0, finished = 0;
  Trial trial;
};

struct Forecast {
  std::vector<Line> lines;
  double seconds = 0;
  Index runs = 0, finished = 0;
};

Forecast forecast(const CompareRequest& request) {
  const Plan& plan = request.plan;
  const TemporaryDirectory scratch;
  Forecast result;
  for (const Variation& variation : plan.variations)
    result.lines.push_back({.label = variation.label, .trial = {}});
  std::vector<bool> tried(plan.variations.size());
  const auto add = [&](const std::vector<Job>& jobs) {
    for (const Job& job : jobs) {
      Line& line = result.lines[job.variation];
      if (!tried[job.variation]) line.trial = try_run(job.config, scratch.path());
      tried[job.variation] = true;
      ++line.runs;
      const bool repeated = request.occupied == Occupied::overwrite;
      if (!repeated && is_finished(request.directory / job.directory, job.config)) ++line.finished;
    }
  };
  // What tuning will choose is not known yet; a run takes as long with one rate as with another.
  add(tuning_jobs(plan));
  add(comparison_jobs(plan, {}));
  for (const Line& line : result.lines) {
    result.runs += line.runs;
    result.finished += line.finished;
    result.seconds += line.trial.seconds * static_cast<double>(line.runs - line.finished);
  }
  const Index left = std::max<Index>(result.runs - result.finished, 1);
  result.seconds /= static_cast<double>(std::clamp<Index>(request.workers, 1, left));
  return result;
}

}  // namespace

std::string dry_run(const CompareRequest& request, bool json) {
  check_plan(request.plan);
  check_comparison_directory(request.directory, request.occupied, identity(request.plan));
  const Forecast found = forecast(request);
  if (json) {
    JsonValue variations = json_list({});
    for (const Line& line : found.lines) {
      variations.items.push_back(
          json_object({{"label", json_of(line.label)},
                       {"runs", json_of(std::int64_t{line.runs})},
                       {"finished", json_of(std::int64_t{line.finished})},
                       {"steps", json_of(static_cast<std::int64_t>(line.trial.steps))},
                       {"seconds_per_run", json_of(line.trial.seconds)}}));
    }
    return write_json(json_object({{"directory", json_of(request.directory.string())},
                                   {"runs", json_of(std::int64_t{found.runs})},
                                   {"finished", json_of(std::int64_t{found.finished})},
                                   {"jobs", json_of(std::int64_t{request.workers})},
                                   {"seconds", json_of(found.seconds)},
                                   {"variations", std::move(variations)}})) +
           "\n";
  }
  std::string text;
  for (const Line& line : found.lines) {
    text += line.label + ": " + std::to_string(line.runs) + " runs";
    if (line.finished > 0) text += ", " + std::to_string(line.finished) + " of them finished";
    text += ", " + report::count_text(line.trial.steps) + " steps and about " +
            report::duration_text(line.trial.seconds) + " each\n";
  }
  return text + std::to_string(found.runs - found.finished) + " of " + std::to_string(found.runs) +
         " runs to train, " + std::to_string(request.workers) + " at a time: about " +
         report::duration_text(found.seconds) + ", into " + request.directory.string() + "\n";
}

}  // namespace clino::compare
