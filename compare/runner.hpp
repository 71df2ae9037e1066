#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "compare/jobs.hpp"
#include "compare/outcome.hpp"

/// \file
/// Runs that do not depend on each other, several at a time.

namespace clino::compare {

/// How far they all are, for a display.
struct RunnerProgress {
  std::size_t done = 0, all = 0, failed = 0;
  std::size_t found = 0;  ///< of those done: were finished before
  double seconds = 0;
  std::optional<double> seconds_left;
  struct Active {
    std::size_t job = 0;
    double share = 0;  ///< of its steps
  };
  std::vector<Active> active;  ///< one for each worker that has something to do
};

struct RunnerOptions {
  std::filesystem::path directory = {};  ///< the comparison's
  std::optional<Target> target = {};
  unsigned workers = 1;
  const std::atomic<int>* stop = nullptr;
  /// Called about four times a second, from the calling thread alone.
  std::function<void(const RunnerProgress&)> progress = {};
};

struct RunnerResult {
  std::vector<RunOutcome> outcomes;  ///< beside the jobs
  bool interrupted = false;          ///< by `stop`: not all outcomes are there
};

/// Trains what is not finished, the largest first; a run that was interrupted goes on. One that
/// fails is an outcome; what a repetition might mend (no space, data missing) is thrown, after the
/// other workers have saved and stopped. The outcomes do not depend on the number of workers,
/// but where a config ends its runs by the clock (`training.max_seconds`).
RunnerResult run_jobs(std::span<const Job> jobs, const RunnerOptions& options);

}  // namespace clino::compare
