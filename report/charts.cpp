#include "report/charts.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace clino::report {

const std::vector<Chart>& charts() {
  using enum Chart::Scale;
  using enum ChartOf;
  static const std::vector<Chart> all = {
      {"loss",
       "Loss",
       "At the epochs' ends, of each part of the data; of a run alone, in grey, of each logged "
       "step's batch.",
       run,
       {"loss"},
       by_values,
       false},
      {"accuracy",
       "Accuracy",
       "Share of right classes at the epochs' ends.",
       run,
       {"accuracy"},
       linear,
       false},
      {"grad_norm",
       "Gradient norm",
       "Of all gradients together, before and after clipping.",
       run,
       {"grad_norm", "clipped_grad_norm"},
       by_values,
       false},
      {"learning_rate",
       "Learning rate",
       "Of each logged step.",
       run,
       {"learning_rate"},
       linear,
       true},
      {"update_cosine",
       "Cosine between successive updates",
       "1: the weights go straight on. Near 0: each update has a direction of its own. Below 0: "
       "they go back and forth.",
       run,
       {"update_cosine"},
       linear,
       false},
      {"delta_norm",
       "Back-propagated signal |δ|",
       "delta_norm, the norm of the loss's gradient with respect to a layer's output. Does the "
       "signal arrive?",
       layers,
       {"delta_norm"},
       log,
       false},
      {"weight_grad_norm",
       "Weight gradient |∂L/∂W|",
       "weight_grad_norm, before clipping. Does the weight see the signal?",
       layers,
       {"weight_grad_norm"},
       log,
       false},
      {"update_ratio",
       "Update ratio |ΔW| / |W|",
       "update_ratio, by the optimiser's real update. Does the weight move? About 1e-3 is common "
       "for a net that learns.",
       layers,
       {"update_ratio"},
       log,
       false},
      {"below_threshold",
       "Saturated or inactive elements",
       "Share of elements whose slope is below the threshold: saturated, or for a piecewise-linear "
       "activation off.",
       layers,
       {"saturated_fraction", "inactive_fraction"},
       linear,
       true},
      {"dead_fraction",
       "Dead units of the batch",
       "dead_fraction, the share of units that are below the threshold on every sample of the "
       "batch.",
       layers,
       {"dead_fraction"},
       linear,
       true},
      {"dead_units",
       "Dead units on the whole training set",
       "Counted exactly by scans: units below the threshold on every training sample.",
       layers,
       {"dead_units"},
       linear,
       true},
      {"same_sign_fraction",
       "Gradients of one sign",
       "same_sign_fraction, the share of weight rows and samples whose gradient has one sign: 1 "
       "forces the weights to zig-zag.",
       layers,
       {"same_sign_fraction"},
       linear,
       true},
      {"output_std",
       "Standard deviation of the output",
       "output_std, over all elements of a layer's output for the batch.",
       layers,
       {"output_std"},
       by_values,
       false},
      {"output_mean",
       "Mean of the output",
       "output_mean, over the same elements.",
       layers,
       {"output_mean"},
       linear,
       false},
      {"weight_norm",
       "Weight norm |W|",
       "weight_norm, before the step's update.",
       layers,
       {"weight_norm"},
       by_values,
       false},
      {"mean_square",
       "Mean square q",
       "Of every layer's output on a fixed probe batch. It should neither shrink nor grow with "
       "depth.",
       layers,
       {"mean_square"},
       log,
       false},
      {"cosine_similarity",
       "Cosine similarity of samples",
       "Mean over pairs of samples. Near 1 the layer no longer tells samples apart.",
       layers,
       {"cosine_similarity"},
       linear,
       false},
      {"effective_rank",
       "Effective rank",
       "How many directions the layer's output uses: the exponential of the entropy of its "
       "singular values (Roy and Vetterli 2007).",
       layers,
       {"effective_rank"},
       linear,
       true},
  };
  return all;
}

const Chart& chart(std::string_view id) {
  for (const Chart& candidate : charts()) {
    if (candidate.id == id) return candidate;
  }
  throw std::logic_error("no chart " + std::string(id));
}

namespace {

bool belongs(const Chart& chart, const Series& series) {
  const bool named = std::find(chart.quantities.begin(), chart.quantities.end(), series.quantity) !=
                     chart.quantities.end();
  return named && series.layer.has_value() == (chart.of == ChartOf::layers);
}

}  // namespace

bool starts_with_log(const Chart& chart, std::span<const Series> all) {
  if (chart.scale != Chart::Scale::by_values) return chart.scale == Chart::Scale::log;
  double low = std::numeric_limits<double>::infinity(), high = 0;
  for (const Series& series : all) {
    if (!belongs(chart, series)) continue;
    for (const double value : series.values) {
      if (value <= 0) return false;
      if (!std::isfinite(value)) continue;
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  return high / low > 30;
}

std::vector<const Series*> lines_of(const Chart& chart, std::span<const Series> all,
                                    std::span<const RunLog> runs, bool of_all) {
  std::vector<const Series*> found, learned;
  for (const Series& series : all) {
    if (!belongs(chart, series)) continue;
    found.push_back(&series);
    if (series.layer && runs[series.run].layers[*series.layer].learned) learned.push_back(&series);
  }
  return of_all || learned.empty() ? found : learned;
}

std::string line_label(const Series& series, std::span<const RunLog> runs) {
  const RunLog& run = runs[series.run];
  const auto named = [&](const std::string& own) {
    return runs.size() == 1 ? own : run.name + ", " + own;
  };
  if (series.layer) return named(layer_label(run.layers[*series.layer]));
  if (!series.split.empty()) return named(std::string(series.split));
  if (series.quantity == "clipped_grad_norm") return named("after clipping");
  // What is left has one line for each run.
  if (runs.size() > 1) return run.name;
  if (series.quantity == "grad_norm") return "before clipping";
  return series.quantity == "loss" ? "batch" : std::string(series.quantity);
}

LineStyle line_style(const Series& series, std::span<const RunLog> runs) {
  const bool one_run = runs.size() == 1;
  if (!one_run) {
    const bool second = series.split == "train" || series.quantity == "clipped_grad_norm";
    return {color_name(series.run, runs.size()), second ? 1 : 0};
  }
  if (series.layer) return layer_styles(runs[series.run].layers)[*series.layer];
  if (series.split == "train") return {"c0", 0};
  if (series.split == "validation") return {"c1", 0};
  if (series.split == "test") return {"c2", 0};
  return {series.quantity == "clipped_grad_norm" ? "c1"
          : series.quantity == "loss"            ? "grey"
                                                 : "c0",
          0};
}

}  // namespace clino::report
