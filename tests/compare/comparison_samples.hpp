#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "compare/comparison.hpp"
#include "compare/remarks.hpp"
#include "core/random.hpp"

/// \file
/// Comparisons as they might have been: no run is trained for them.

namespace clino::test {

struct SampleOptions {
  std::size_t variations = 3, seeds = 10, epochs = 60;
  bool target = true;      ///< accuracy 0.95 on the validation part
  bool classes = true;     ///< else losses only
  bool tuned = false;      ///< learning rates, some at the edge
  bool failures = false;   ///< a few runs, early on
  std::size_t layers = 9;  ///< 0: no signal was recorded
  std::size_t folds = 0;
};

inline std::string sample_label(std::size_t i) {
  static constexpr std::array<const char*, 12> kNames = {
      "relu", "leaky_relu", "tanh", "sigmoid", "elu",      "selu",
      "gelu", "silu",       "mish", "celu",    "softplus", "hard_sigmoid"};
  const std::string name = kNames[i % kNames.size()];
  return i < kNames.size() ? name : name + ", " + std::to_string(i / kNames.size()) + "e-3";
}

/// How fast a variation learns, in epochs: some are alike.
inline double sample_pace(std::size_t i) {
  static constexpr std::array<double, 12> kPaces = {6, 6.4, 9, 40, 7, 8, 5.5, 6, 6.2, 7.1, 14, 22};
  const std::size_t round = i / kPaces.size();
  return kPaces[i % kPaces.size()] * (1 + 0.35 * static_cast<double>(round));
}

inline void add_signal(compare::RunOutcome& outcome, std::size_t layers, double pace,
                       Random& noise) {
  for (std::size_t l = 0; l < layers; ++l) {
    outcome.signal.layers.push_back(std::to_string(l) + (l % 2 == 0 ? " dense" : " act"));
    std::vector<double> row;
    for (int k = 0; k < 32; ++k) {
      const auto depth = static_cast<double>(layers - 1 - l);
      row.push_back(-1 - depth * pace / 25 - 0.04 * k + 0.1 * noise.normal());
    }
    if (pace > 30 && l == 0) row.back() = std::numeric_limits<double>::quiet_NaN();
    outcome.signal.rows.push_back(std::move(row));
  }
}

inline compare::RunOutcome sample_outcome(const SampleOptions& options, std::size_t i,
                                          std::uint64_t seed) {
  Random noise(seed * 1000 + i, stream_id("sample"));
  compare::RunOutcome outcome;
  outcome.status = "completed";
  outcome.train_samples = 800;
  outcome.validation_samples = 200;
  const double pace = sample_pace(i) * std::exp(0.18 * noise.normal());
  std::size_t epochs = options.epochs;
  if (options.failures && (seed + 3 * i) % 23 == 0) {
    outcome.status = "failed";
    outcome.reason = "the loss is not finite at step 120";
    epochs = std::min<std::size_t>(epochs, 5);
  }
  compare::Curves& curves = outcome.curves;
  for (std::size_t epoch = 0; epoch < epochs; ++epoch) {
    const double rest = std::exp(-static_cast<double>(epoch + 1) / pace);
    const double loss = (0.02 + 0.7 * rest) * std::exp(0.06 * noise.normal());
    curves.train_loss.push_back(loss * 0.9);
    curves.validation_loss.push_back(loss);
    if (options.classes) {
      const double accuracy = std::min(1.0, 0.99 - 0.49 * rest + 0.006 * noise.normal());
      curves.train_accuracy.push_back(accuracy);
      curves.validation_accuracy.push_back(accuracy);
    }
    curves.seconds.push_back(0.02 * static_cast<double>(epoch + 1));
    curves.steps.push_back(25 * (epoch + 1));
  }
  if (outcome.failed()) curves.validation_loss.back() = std::numeric_limits<double>::infinity();
  outcome.epochs = epochs;
  outcome.steps = 25 * epochs;
  add_signal(outcome, options.layers, pace, noise);
  auto& figures = outcome.figures;
  figures["delta_ratio"] = std::pow(10, -static_cast<double>(options.layers) * pace / 25);
  for (std::size_t epoch = 0; epoch < epochs && options.classes && options.target; ++epoch) {
    if (curves.validation_accuracy[epoch] < 0.95) continue;
    figures["epochs_to_target"] = static_cast<double>(epoch + 1);
    figures["steps_to_target"] = 25 * static_cast<double>(epoch + 1);
    figures["seconds_to_target"] = curves.seconds[epoch];
    break;
  }
  if (outcome.failed()) return outcome;
  figures["final_loss"] = curves.validation_loss.back();
  if (options.classes) figures["final_accuracy"] = curves.validation_accuracy.back();
  figures["dead_fraction"] = i % 12 == 0 ? 0.05 + 0.1 * noise.uniform() : 0;
  if (i % 12 == 2 || i % 12 == 3) figures["saturated_fraction"] = 0.3 * noise.uniform();
  return outcome;
}

/// A comparison before it is analysed, so that a test can change it first.
inline compare::Comparison sample_runs(const SampleOptions& options) {
  compare::Comparison comparison;
  comparison.name = "activations on two spirals";
  comparison.seeds = static_cast<Index>(options.seeds);
  comparison.tuned = options.tuned;
  if (options.target) comparison.target = {"validation", "accuracy", 0.95};
  if (options.folds > 0) comparison.folds = static_cast<Index>(options.folds);
  for (std::size_t i = 0; i < options.variations; ++i) {
    compare::VariationResult variation;
    variation.label = sample_label(i);
    variation.settings = {{"model.activation", sample_label(i % 12)}};
    if (options.variations > 12) {
      variation.settings.push_back({"optimizer.learning_rate", std::to_string(1 + i / 12) + "e-3"});
    }
    if (options.tuned) {
      variation.tuning.emplace().chosen = {
          {{"optimizer.learning_rate", i % 4 == 3 ? "1" : "0.03"}, i % 4 == 3}};
    }
    for (std::size_t seed = 1; seed <= options.seeds; ++seed) {
      for (std::size_t fold = 0; fold < std::max<std::size_t>(options.folds, 1); ++fold) {
        variation.runs.push_back(comparison.runs.size());
        compare::RunResult run{.variation = i, .seed = seed};
        if (options.folds > 0) run.fold = static_cast<Index>(fold);
        run.directory = std::filesystem::path("runs") /
                        (compare::folder_of(variation.label) + "-" + std::to_string(seed));
        run.outcome = sample_outcome(options, i, seed * 31 + fold);
        comparison.runs.push_back(std::move(run));
      }
    }
    comparison.variations.push_back(std::move(variation));
  }
  return comparison;
}

inline compare::Comparison sample_comparison(const SampleOptions& options) {
  compare::Comparison comparison = sample_runs(options);
  compare::analyze(comparison, "", {});
  comparison.remarks = compare::remarks(comparison);
  return comparison;
}

}  // namespace clino::test
