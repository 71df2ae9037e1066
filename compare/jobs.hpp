#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "compare/plan.hpp"
#include "train/config.hpp"

namespace clino::compare {

/// One run that a comparison takes.
struct Job {
  std::size_t variation = 0;
  std::optional<std::size_t> grid_point = {};  ///< of a run that only tunes
  std::uint64_t seed = 0;
  std::optional<Index> fold = {};
  std::filesystem::path directory = {};  ///< relative to the comparison's
  Config config = {};
  double work = 0;  ///< about how much it is, to begin with the largest and to tell the time left
};

/// Every combination of the grids' values.
std::vector<std::vector<Setting>> grid_points(const std::vector<Axis>& grids);

/// The folder of a combination's runs.
std::string folder_of_settings(const std::vector<Setting>& settings);

/// The runs that choose from the grids, and those that are compared. `tuned` are the settings that
/// each variation got; empty without tuning.
std::vector<Job> tuning_jobs(const Plan& plan);
std::vector<Job> comparison_jobs(const Plan& plan, const std::vector<std::vector<Setting>>& tuned);

/// Whether the run in a directory is of that config, logging included, of which the config's hash
/// knows nothing. Throws as `load_run_config`.
bool is_run_of(const std::filesystem::path& directory, const Config& config);

/// Whether a directory holds that run, ended.
bool is_finished(const std::filesystem::path& directory, const Config& config);

}  // namespace clino::compare
