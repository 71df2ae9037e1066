#include <algorithm>
#include <map>
#include <set>

#include "compare/jobs.hpp"
#include "compare/measures.hpp"
#include "compare/plan.hpp"
#include "core/errors.hpp"
#include "core/options.hpp"

namespace clino::compare {

namespace {

/// The key of `key=value`.
std::string config_key(const std::string& text) { return text.substr(0, text.find('=')); }

/// What a comparison sets itself.
void check_key(const Plan& plan, const std::string& key) {
  if (key == "seed") {
    throw UsageError(
        "\"seed\" is no variation: every variation is repeated with --seeds; seed=N "
        "beside it is the first");
  }
  const bool of_folds =
      key == "data.folds" || key == "data.fold" || key == "data.validation_fraction";
  if (plan.folds && of_folds) {
    throw UsageError("\"" + key + "\" is set by --folds: one of them is too much");
  }
}

/// Keys that would be set twice.
void check_keys(const Plan& plan) {
  std::set<std::string> of_all;
  for (const std::string& text : plan.overrides) of_all.insert(config_key(text));
  for (const Variation& variation : plan.variations) {
    std::set<std::string> keys;
    for (const Setting& setting : variation.settings) {
      check_key(plan, setting.key);
      if (!keys.insert(setting.key).second) {
        throw UsageError("\"" + setting.key + "\" is given twice for the variation \"" +
                         variation.label + "\"");
      }
    }
    for (const Axis& grid : plan.tune) {
      check_key(plan, grid.key);
      if (!keys.contains(grid.key)) continue;
      throw UsageError("\"" + grid.key + "\" is tuned, and the variation \"" + variation.label +
                       "\" sets it: one of them is too much");
    }
  }
  for (const std::string& key : of_all) {
    const bool in_all = std::ranges::all_of(plan.variations, [&](const Variation& variation) {
      return variation.find(key) != nullptr;
    });
    if (in_all) {
      throw UsageError("\"" + key + "\" is varied: a value for all would have no effect");
    }
  }
}

/// Every combination of the grids' values has to be a config, with a folder of its own.
void check_grids(const Plan& plan) {
  if (plan.tune.empty()) return;
  const auto points = grid_points(plan.tune);
  std::set<std::string> folders;
  for (const std::vector<Setting>& point : points) {
    if (!folders.insert(folder_of_settings(point)).second) {
      throw UsageError("the grid has " + folder_of_settings(point) +
                       " twice; expected values that differ");
    }
    for (const Variation& variation : plan.variations) config_of(plan, variation, point);
  }
}

/// Groups of one have nothing to be compared with.
void check_groups(const Plan& plan) {
  if (plan.within.empty()) return;
  std::map<std::string, int> sizes;
  for (const Variation& variation : plan.variations) {
    const std::string* value = variation.find(plan.within);
    if (value == nullptr) {
      throw UsageError("the variation \"" + variation.label + "\" has no value for \"" +
                       plan.within +
                       "\", within which variations are compared; expected a key of --vary");
    }
    ++sizes[*value];
  }
  for (const auto& [value, size] : sizes) {
    if (size > 1) continue;
    throw UsageError("within " + plan.within + "=" + value +
                     " there is one variation, which has nothing to be compared with");
  }
}

/// What no run could have a value for.
void check_config_has(const Plan& plan) {
  const Config config = config_of(plan, plan.variations.front());
  const bool classes = config.loss.type.find("cross_entropy") != std::string::npos;
  std::vector<std::string> wanted;
  if (!plan.measure.empty()) wanted.push_back(plan.measure);
  if (plan.target && plan.target->metric == "accuracy") wanted.emplace_back("accuracy");
  for (const Assertion& assertion : plan.assertions) {
    for (const Operand* operand : {&assertion.left, &assertion.right}) {
      if (!operand->number) wanted.push_back(operand->measure);
    }
  }
  for (const std::string& measure : wanted) {
    if (measure.ends_with("accuracy") && !classes) {
      throw UsageError("\"" + measure + "\": the loss " + config.loss.type +
                       " is of numbers, which have no accuracy; expected one of losses");
    }
    if (measure == "update_cosine" && !config.log.update_cosine) {
      throw UsageError("\"update_cosine\" is measured with log.update_cosine=true only");
    }
  }
}

}  // namespace

void check_measures(const std::string& measure, const std::optional<Target>& target,
                    const std::vector<Assertion>& assertions,
                    const std::vector<std::string>& labels) {
  const Measure* ranks = find_measure(measure);
  if (!measure.empty() && ranks == nullptr) {
    throw UsageError("unknown measure \"" + measure + "\"" + suggestion(measure, measure_names()));
  }
  constexpr const char* kNeedsTarget = "\" needs a target: give --target accuracy=0.95";
  if (ranks != nullptr && ranks->to_target && !target) {
    throw UsageError("measure \"" + measure + kNeedsTarget);
  }
  for (const Assertion& assertion : assertions) {
    check_labels(assertion, labels);
    for (const Operand* operand : {&assertion.left, &assertion.right}) {
      if (operand->number || !find_measure(operand->measure)->to_target || target) continue;
      throw UsageError("assertion \"" + assertion.text + kNeedsTarget);
    }
  }
}

void check_plan(const Plan& plan) {
  if (plan.variations.empty()) throw UsageError("nothing to compare: give --vary key=value,...");
  check_labels(plan.variations);
  check_keys(plan);
  check_config_has(plan);
  check_grids(plan);
  if (plan.variations.size() < 2 && plan.tune.empty() && !plan.folds) {
    throw UsageError("one variation, \"" + plan.variations.front().label +
                     "\", has nothing to be compared with: give --vary two values or more");
  }
  check_groups(plan);
  std::vector<std::string> labels;
  for (const Variation& variation : plan.variations) labels.push_back(variation.label);
  check_measures(plan.measure, plan.target, plan.assertions, labels);
}

}  // namespace clino::compare
