#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "report/diagnosis.hpp"
#include "tests/report/sample_run.hpp"

/// \file
/// Runs in which nothing is conspicuous, to be spoilt in one respect.

namespace clino::test {

inline constexpr std::size_t kRecords = 100;  ///< every 10 steps
inline constexpr double kLn2 = 0.69314718055994531;

inline LayerLog made_layer(Index number, const std::string& type) {
  LayerLog layer;
  layer.layer = number;
  layer.name = std::to_string(number);
  layer.type = type;
  layer.learned = type == "dense";
  layer.elementwise = !layer.learned;
  layer.piecewise_linear = type == "relu";
  for (std::size_t i = 0; i < kRecords; ++i) {
    LayerPoint point{.step = 10 * i, .delta_norm = 0.1, .output_mean = 0, .output_std = 1};
    if (layer.learned) {
      point.weight_norm = 4;
      point.weight_grad_norm = point.bias_grad_norm = 0.1;
      point.update_ratio = 1e-3;
      point.same_sign_fraction = 0.3;
    } else {
      point.below_threshold_fraction = 0.1;
      point.dead_fraction = 0;
    }
    layer.points.push_back(point);
  }
  layer.signal = {{.step = 990, .mean_square = 1, .cosine_similarity = 0.2, .effective_rank = 5}};
  return layer;
}

/// The losses of all records and epochs; `loss` is called with 0 at the start and 1 at the end.
template <class Loss>
void set_losses(RunLog& run, const Loss& loss) {
  run.steps.clear();
  run.metrics.clear();
  for (std::size_t i = 0; i < kRecords; ++i) {
    const double value = loss(static_cast<double>(i) / (kRecords - 1));
    run.steps.push_back({.step = 10 * i,
                         .epoch = i / 10,
                         .loss = value,
                         .learning_rate = 0.01,
                         .grad_norm = 1,
                         .clipped_grad_norm = 1});
    if (i % 10 != 9) continue;
    run.metrics.push_back({i / 10, 10 * (i + 1), "train", value, 0.9});
    run.metrics.push_back({i / 10, 10 * (i + 1), "validation", value, 0.9});
  }
}

inline double falling(double t) { return kLn2 * std::exp(-5 * t); }

/// Two classes, so many hidden layers: 0 dense, 1 activation, 2 dense...
inline RunLog healthy_run(Index hidden = 4, const std::string& activation = "tanh") {
  RunLog run;
  run.name = "made";
  run.config_text = sample_config("made", activation);
  run.config = parse_config(run.config_text, "config.json", ".");
  run.config.model.layers = hidden_layers(std::vector<Index>(static_cast<std::size_t>(hidden), 8),
                                          run.config.model.hidden->activation);
  run.inputs = run.outputs = 2;
  set_losses(run, falling);
  for (Index i = 0; i < hidden; ++i) {
    run.layers.push_back(made_layer(2 * i, "dense"));
    run.layers.push_back(made_layer(2 * i + 1, activation));
  }
  run.layers.push_back(made_layer(2 * hidden, "dense"));
  run.summary.emplace().status = "completed";
  run.summary->steps = 10 * kRecords;
  return run;
}

/// The same, whose loss stays at that of guessing.
inline RunLog stuck_run(Index hidden = 4, const std::string& activation = "tanh") {
  RunLog run = healthy_run(hidden, activation);
  set_losses(run, [](double) { return kLn2; });
  return run;
}

/// Sets a figure of a layer in the records from `from` on.
inline void set(RunLog& run, std::size_t layer, double LayerPoint::*member, double value,
                std::size_t from = 0) {
  auto& points = run.layers[layer].points;
  for (std::size_t i = from; i < points.size(); ++i) points[i].*member = value;
}

/// The first finding that says this, or null.
inline const Diagnosis* saying(const std::vector<Diagnosis>& findings, const std::string& words) {
  for (const Diagnosis& finding : findings) {
    if (finding.text.find(words) != std::string::npos) return &finding;
  }
  return nullptr;
}

inline bool says(const RunLog& run, const std::string& words) {
  const std::vector<Diagnosis> findings = diagnose(run);
  return saying(findings, words) != nullptr;
}

/// The text of that finding, or "".
inline std::string text_of(const RunLog& run, const std::string& words) {
  const std::vector<Diagnosis> findings = diagnose(run);
  const Diagnosis* finding = saying(findings, words);
  return finding == nullptr ? "" : finding->text;
}

}  // namespace clino::test
