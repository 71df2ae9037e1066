#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "compare/assertion.hpp"
#include "compare/variation.hpp"
#include "core/types.hpp"
#include "statistics/contrast.hpp"
#include "train/config.hpp"
#include "train/schema.hpp"

/// \file
/// What a comparison is, before anything runs.

namespace clino::compare {

/// A metric that counts as reached, at the end of an epoch.
struct Target {
  std::string split;   ///< "validation" or "train"; "" for the validation part where there is one
  std::string metric;  ///< "accuracy", reached from below, or "loss", from above
  double value = 0;

  bool reached_by(double x) const { return metric == "loss" ? x <= value : x >= value; }
};
/// `accuracy=0.95`, `loss=0.1`, `train.loss=0.1`. Throws `UsageError`.
Target parse_target(const std::string& text);
/// `accuracy 0.95`, `training loss 0.1`.
std::string to_text(const Target& target);

/// The values of a grid to choose from: `log:1e-4:1:9` for nine from 1e-4 to 1 of equal ratio,
/// `linear:0:1:5` for equal differences, or the values themselves, `0.1,0.01`. Throws `UsageError`.
Axis parse_grid(const std::string& text);

struct Plan {
  std::string name;
  std::filesystem::path config;        ///< file
  std::vector<std::string> overrides;  ///< of every variation
  std::vector<Variation> variations;   ///< two at least, unless `folds` or `tune` asks for one
  Index seeds = 10;
  std::string within;      ///< key: only variations with the same value of it are compared
  bool paired = true;      ///< the same seeds for all variations; else each has its own
  std::vector<Axis> tune;  ///< every variation gets the best combination
  Index tune_seeds = 3;    ///< others than those that are compared
  std::optional<Target> target;
  std::string measure;  ///< that ranks; "" for epochs to the target, or the final metric
  std::optional<Index> folds;
  std::vector<Assertion> assertions;
};

/// Whether a file is a comparison and not a config: it has a key `config`, `vary` or `variations`.
/// Where it is no JSON it is none: `load_config` has the words for that.
bool is_comparison_file(const std::filesystem::path& file);

/// Reads and checks a comparison file; configs are not looked at yet. Throws `ConfigError` and
/// `InputError`.
Plan load_plan(const std::filesystem::path& file);

/// What a comparison file may say.
const Schema& comparison_schema();

/// One that varies nothing (to be tuned, or cross-validated) has the plan's name.
void name_the_only_variation(Plan& plan);

/// Whether there are such measures (`measure` may be "") and labels, and a target for those that
/// need one: throws `UsageError`.
void check_measures(const std::string& measure, const std::optional<Target>& target,
                    const std::vector<Assertion>& assertions,
                    const std::vector<std::string>& labels);

/// Whether the plan makes sense: throws `UsageError`, and as `load_config` for the first variation.
void check_plan(const Plan& plan);

/// The config of a variation, of the first seed and without its tuned settings. Throws as
/// `load_config`: findings name the override.
Config config_of(const Plan& plan, const Variation& variation,
                 const std::vector<Setting>& tuned = {});

/// Seeds of a variation (its position), of the comparison and of tuning: no seed is of both.
std::vector<std::uint64_t> seeds_of(const Plan& plan, std::size_t variation, std::uint64_t first);
std::vector<std::uint64_t> tune_seeds_of(const Plan& plan, std::size_t variation,
                                         std::uint64_t first);

/// What decides which runs a comparison takes, as text: equal for equal comparisons.
std::string identity(const Plan& plan);

}  // namespace clino::compare
