#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <span>
#include <string>

#include "compare/comparison.hpp"
#include "compare/jobs.hpp"
#include "compare/plan.hpp"
#include "compare/runner.hpp"
#include "train/run_directory.hpp"

/// \file
/// A comparison from its plan to its directory: one call.

namespace clino::compare {

/// Names in a comparison's directory, beside `runs/` and `tuning/`.
namespace comparison_files {
inline constexpr const char* kPlan = "plan.json";
inline constexpr const char* kJson = "comparison.json";
inline constexpr const char* kCsv = "comparison.csv";
inline constexpr const char* kPage = "comparison.html";
}  // namespace comparison_files

struct CompareRequest {
  Plan plan = {};
  std::filesystem::path directory = {};
  /// `refuse`: a directory with another comparison, or with anything else. One with the same plan
  /// always goes on. `resume`: with another plan too, keeping the runs that are of this one.
  Occupied occupied = Occupied::refuse;
  unsigned workers = 1;
  bool reports = false;  ///< every run gets its page
  const std::atomic<int>* stop = nullptr;
  /// Called now and then with what is going on: "tuning" or "comparing", and its runs.
  std::function<void(const std::string& phase, std::span<const Job>, const RunnerProgress&)>
      progress = {};
};

struct CompareResult {
  bool interrupted = false;  ///< by `stop`; the same call goes on
  Comparison comparison;
};

/// Trains what is missing, analyses, and writes comparison.json, .csv and .html. Throws
/// `ConfigError` and `UsageError` before anything is trained, `InputError` where a file cannot be
/// read or written; what is finished by then is kept.
CompareResult run_comparison(const CompareRequest& request);

/// Throws `UsageError` where a directory holds something else than that plan, unless `occupied`
/// says otherwise.
void check_comparison_directory(const std::filesystem::path& directory, Occupied occupied,
                                const std::string& plan);

/// Makes the directory with its parents, takes its lock and writes `plan.json`. Throws as
/// `check_comparison_directory`, and `InputError` where it cannot be made.
RunDirectoryLock prepare_comparison_directory(const std::filesystem::path& directory,
                                              Occupied occupied, const std::string& plan);

/// `comparisons/NAME`.
std::filesystem::path default_comparison_directory(const Plan& plan);

/// Writes the three files on a comparison.
void write_comparison(const Comparison& comparison, const std::filesystem::path& directory);

}  // namespace clino::compare
