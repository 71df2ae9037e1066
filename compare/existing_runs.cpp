#include "compare/existing_runs.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "compare/config_values.hpp"
#include "compare/remarks.hpp"
#include "core/errors.hpp"
#include "train/resume_point.hpp"
#include "train/trained_run.hpp"

namespace clino::compare {

namespace {

namespace fs = std::filesystem;

struct FoundRun {
  fs::path directory;
  Config config;
  std::string variation;  ///< hash of the config without seed, fold and name
};

FoundRun find_run(const fs::path& directory) {
  FoundRun run{.directory = directory, .config = load_run_config(directory), .variation = {}};
  Config shared = run.config;
  shared.seed = 0;
  shared.name.clear();
  shared.data.fold = 0;
  run.variation = config_hash(shared);
  return run;
}

/// The keys that not all have with the same value, by variation. In brief without the options of
/// types that differ.
std::vector<std::vector<Setting>> differences(const std::vector<Config>& configs, bool brief) {
  std::vector<std::map<std::string, std::string>> values;
  values.reserve(configs.size());
  for (const Config& config : configs) values.push_back(config_values(config));
  std::set<std::string> keys;
  for (const auto& all : values) {
    for (const auto& [key, value] : all) keys.insert(key);
  }
  const auto value_of = [&](std::size_t i, const std::string& key) {
    const auto found = values[i].find(key);
    return found == values[i].end() ? std::string() : found->second;
  };
  const auto differs = [&](const std::string& key) {
    for (std::size_t i = 1; i < values.size(); ++i) {
      if (value_of(i, key) != value_of(0, key)) return true;
    }
    return false;
  };
  std::vector<std::vector<Setting>> found(configs.size());
  for (const std::string& key : keys) {
    const std::string type = key.substr(0, key.rfind('.')) + ".type";
    const bool of_type = type != key && keys.contains(type) && differs(type);
    if (!differs(key) || (brief && of_type)) continue;
    for (std::size_t i = 0; i < configs.size(); ++i) {
      if (!value_of(i, key).empty()) found[i].push_back({key, value_of(i, key)});
    }
  }
  return found;
}

/// `relu`, `relu, learning_rate=0.1`. Whether the labels are different.
bool name_by_differences(Comparison& comparison, const std::vector<Config>& configs, bool brief) {
  const std::vector<std::vector<Setting>> found = differences(configs, brief);
  std::set<std::string> labels;
  for (std::size_t i = 0; i < configs.size(); ++i) {
    VariationResult& variation = comparison.variations[i];
    variation.settings = found[i];
    variation.label.clear();
    for (const Setting& setting : found[i]) {
      const bool names_itself = setting.key.ends_with(".type");
      variation.label += variation.label.empty() ? "" : ", ";
      if (!names_itself) variation.label += last_part(setting.key) + "=";
      variation.label += short_value(setting.value);
    }
    labels.insert(variation.label);
  }
  return labels.size() == configs.size();
}

/// Names of runs say more than a list of differences, where each variation has one of its own.
void name_by_names(Comparison& comparison, const std::vector<Config>& configs) {
  std::set<std::string> names;
  for (const Config& config : configs) names.insert(config.name);
  if (names.size() < configs.size()) return;
  for (std::size_t i = 0; i < configs.size(); ++i) {
    comparison.variations[i].label = configs[i].name;
  }
}

/// Which seed, fold and data a run is of.
using DrawnFrom = std::tuple<std::uint64_t, Index, std::string>;

DrawnFrom drawn_from(const RunResult& run) {
  return {run.seed, run.fold.value_or(0), run.outcome.data_hash};
}

/// Whether all variations have the same seeds, folds and data.
bool have_same_seeds(const Comparison& comparison) {
  std::vector<std::set<DrawnFrom>> seeds;
  for (const VariationResult& variation : comparison.variations) {
    seeds.emplace_back();
    for (const std::size_t run : variation.runs)
      seeds.back().insert(drawn_from(comparison.runs[run]));
  }
  return std::ranges::all_of(seeds, [&](const auto& each) { return each == seeds.front(); });
}

/// A run that counts twice would make one seed look like two.
void refuse_repetitions(const Comparison& comparison) {
  for (const VariationResult& variation : comparison.variations) {
    std::map<DrawnFrom, std::size_t> met;
    for (const std::size_t run : variation.runs) {
      const auto [first, is_new] = met.emplace(drawn_from(comparison.runs[run]), run);
      if (is_new) continue;
      throw UsageError("one run twice: " + comparison.runs[first->second].directory.string() +
                       " and " + comparison.runs[run].directory.string() +
                       " have the same config and seed");
    }
  }
}

}  // namespace

Comparison compare_runs(std::span<const fs::path> runs, const std::optional<Target>& target,
                        const std::string& measure, const std::vector<Assertion>& assertions) {
  Comparison comparison;
  comparison.name = "runs";
  comparison.target = target;
  std::map<std::string, std::size_t> places;
  std::vector<Config> configs;  // of the variations
  for (const fs::path& directory : runs) {
    const FoundRun found = find_run(directory);
    const auto [place, is_new] = places.try_emplace(found.variation, configs.size());
    if (is_new) {
      configs.push_back(found.config);
      comparison.variations.emplace_back();
    }
    comparison.variations[place->second].runs.push_back(comparison.runs.size());
    comparison.runs.push_back({.variation = place->second,
                               .seed = found.config.seed,
                               .fold = {},
                               .directory = directory,
                               .outcome = read_outcome(directory, target)});
    if (found.config.data.folds) {
      comparison.runs.back().fold = found.config.data.fold;
      comparison.folds = found.config.data.folds;
    }
  }
  if (configs.size() < 2) {
    throw UsageError(
        "the configs of these runs differ in nothing but the seed: there is nothing to "
        "compare");
  }
  if (!name_by_differences(comparison, configs, true)) {
    name_by_differences(comparison, configs, false);
  }
  name_by_names(comparison, configs);
  std::set<std::uint64_t> seeds;
  for (const RunResult& run : comparison.runs) seeds.insert(run.seed);
  comparison.seeds = static_cast<Index>(seeds.size());
  refuse_repetitions(comparison);
  comparison.existing = true;
  if (!have_same_seeds(comparison)) comparison.design = statistics::Design::independent;
  std::vector<std::string> labels;
  for (const VariationResult& variation : comparison.variations) labels.push_back(variation.label);
  check_measures(measure, target, assertions, labels);
  analyze(comparison, measure, assertions);
  comparison.remarks = remarks(comparison);
  return comparison;
}

std::string plan_of_runs(std::span<const fs::path> runs) {
  JsonValue list = json_list({});
  for (const fs::path& run : runs) list.items.push_back(json_of(run.string()));
  return write_json(json_object({{"runs", std::move(list)}})) + "\n";
}

}  // namespace clino::compare
