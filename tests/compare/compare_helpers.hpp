#pragma once

#include <string>
#include <vector>

#include "compare/comparison.hpp"
#include "compare/run_comparison.hpp"
#include "core/errors.hpp"
#include "tests/catch.hpp"
#include "tests/temporary_folder.hpp"
#include "tests/throws.hpp"

/// \file
/// Comparisons that are made up, and small ones that are trained.

namespace clino::test {

inline bool contains(const std::string& text, const std::string& part) {
  UNSCOPED_INFO(text);
  return text.find(part) != std::string::npos;
}

/// What a refusal says.
template <class Action>
std::string refusal(const Action& action) {
  return message_of<UsageError>(action);
}

/// A run of so many epochs that reached the target after `epochs_to_target` of them, 0 for never.
inline compare::RunOutcome made_up_outcome(double epochs_to_target, std::uint64_t epochs = 50) {
  compare::RunOutcome outcome;
  outcome.status = "completed";
  outcome.epochs = epochs;
  outcome.steps = epochs * 10;
  outcome.train_samples = 160;
  outcome.validation_samples = 40;
  if (epochs_to_target > 0) {
    outcome.figures["epochs_to_target"] = epochs_to_target;
    outcome.figures["steps_to_target"] = epochs_to_target * 10;
  }
  return outcome;
}

/// Adds a variation whose runs have the seeds 1, 2, ...
inline void add_variation(compare::Comparison& comparison, const std::string& label,
                          std::vector<compare::RunOutcome> outcomes) {
  compare::VariationResult variation;
  variation.label = label;
  std::uint64_t seed = 1;
  for (compare::RunOutcome& outcome : outcomes) {
    variation.runs.push_back(comparison.runs.size());
    compare::RunResult run;
    run.variation = comparison.variations.size();
    run.seed = seed++;
    run.directory = std::filesystem::path("runs") / label / ("seed-" + std::to_string(run.seed));
    run.outcome = std::move(outcome);
    comparison.runs.push_back(std::move(run));
  }
  comparison.seeds = static_cast<Index>(outcomes.size());
  comparison.variations.push_back(std::move(variation));
}

/// Times to the target by variation.
inline compare::Comparison comparison_of_times(
    const std::vector<std::pair<std::string, std::vector<double>>>& times) {
  compare::Comparison comparison;
  comparison.name = "made up";
  comparison.target = compare::parse_target("accuracy=0.9");
  for (const auto& [label, values] : times) {
    std::vector<compare::RunOutcome> outcomes;
    for (const double value : values) outcomes.push_back(made_up_outcome(value));
    add_variation(comparison, label, std::move(outcomes));
  }
  return comparison;
}

/// Values of one figure by variation.
inline compare::Comparison comparison_of_values(
    const std::string& figure,
    const std::vector<std::pair<std::string, std::vector<double>>>& values) {
  compare::Comparison comparison;
  comparison.name = "made up";
  for (const auto& [label, of_label] : values) {
    std::vector<compare::RunOutcome> outcomes;
    for (const double value : of_label) {
      outcomes.push_back(made_up_outcome(0));
      outcomes.back().figures[figure] = value;
    }
    add_variation(comparison, label, std::move(outcomes));
  }
  return comparison;
}

inline constexpr const char* kSmallConfig = R"({
  "name": "small", "seed": 1,
  "data": {"source": "circles", "samples": 80, "noise": 0.05},
  "model": {"hidden": [6], "activation": "relu"},
  "loss": "binary_cross_entropy",
  "optimizer": {"type": "sgd", "learning_rate": 0.3},
  "training": {"epochs": 4, "batch_size": 8},
  "log": {"film": false}
})";

/// A folder with `small.json`, and a plan for it.
class SmallComparison {
 public:
  explicit SmallComparison(const std::vector<std::string>& axes = {"model.activation=relu,tanh"}) {
    request.plan.name = "small";
    request.plan.config = folder.write("small.json", kSmallConfig);
    std::vector<compare::Axis> parsed;
    for (const std::string& axis : axes) parsed.push_back(compare::parse_axis(axis));
    request.plan.variations = compare::all_combinations(parsed);
    request.plan.seeds = 2;
    request.directory = folder / "out";
  }

  compare::CompareResult run() { return compare::run_comparison(request); }

  TemporaryFolder folder;
  compare::CompareRequest request;
};

}  // namespace clino::test
