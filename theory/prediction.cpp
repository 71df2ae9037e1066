#include "theory/prediction.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "theory/pair_series.hpp"
#include "theory/stages.hpp"

namespace clino::theory {

namespace {

/// Samples of one length, on their way through a stage.
struct Kind {
  double share;   ///< of all samples
  double length;  ///< mean square of the dense layer's output
  Moments at = {};
  FourthMoments fourth = {};
  std::vector<PairSeries> series = {};  ///< one, where correlations are asked for
};

/// Pairs of samples of two kinds and one correlation.
struct Pair {
  double share;
  std::size_t first, second;
  double cosine;
};

/// What all samples have at a stage.
struct Signal {
  std::vector<Kind> kinds;
  std::vector<Pair> pairs;
  double length_variance = 0;  ///< of the logarithm of the length that the weights below give
  double cosine_variance = 0;  ///< of the correlation, likewise

  double mean(double (*of)(const Kind&)) const {
    double sum = 0;
    for (const Kind& kind : kinds) sum += kind.share * of(kind);
    return sum;
  }
  double length() const {
    return mean([](const Kind& kind) { return kind.length; });
  }
  double mean_square() const {
    return mean([](const Kind& kind) { return kind.at.mean_square; });
  }
};

struct Point {
  double share, value;
};
/// Two values within [low, high] with the given mean and deviation, alike in share where that is
/// possible: any smooth function has nearly the same mean over them as over what they stand for.
std::vector<Point> two_points(double mean, double deviation, double low, double high) {
  constexpr double kNone = 1e-6;  // of the mean
  if (!(deviation > kNone * std::abs(mean))) return {{1, mean}};
  const double most = (mean - low) / deviation, least = deviation / (high - mean);
  const double r = std::min(std::max(1.0, least), most);
  const double above = r * r / (1 + r * r);
  return {{1 - above, mean - deviation * r}, {above, std::min(mean + deviation / r, high)}};
}

void fill(const Stage& stage, Signal& signal) {
  for (Kind& kind : signal.kinds) {
    kind.at = moments(*stage.function, kind.length);
    kind.fourth = fourth_moments(*stage.function, kind.length);
    kind.series.clear();
    if (!signal.pairs.empty()) kind.series.emplace_back(*stage.function, kind.length);
  }
}

Signal first_signal(const Stage& stage, const Start& start) {
  constexpr double kShortest = 0.1;  // of the mean length
  Signal signal;
  const double q = start.mean_square;
  for (const Point& length : two_points(q, start.mean_square_deviation, kShortest * q,
                                        std::numeric_limits<double>::max())) {
    signal.kinds.push_back({.share = length.share, .length = length.value});
  }
  signal.length_variance = 2 / stage.width;  // it was measured on so many units
  if (start.cosine) {
    const double c = *start.cosine;
    const double deviation = std::min(start.cosine_deviation, std::sqrt(std::max(1 - c * c, 0.0)));
    for (std::size_t i = 0; i < signal.kinds.size(); ++i) {
      for (std::size_t j = i; j < signal.kinds.size(); ++j) {
        const double both = signal.kinds[i].share * signal.kinds[j].share * (i == j ? 1 : 2);
        for (const Point& cosine : two_points(c, deviation, -1, 1)) {
          signal.pairs.push_back({both * cosine.share, i, j, cosine.value});
        }
      }
    }
    signal.cosine_variance = (1 - c * c) * (1 - c * c) / stage.width;
  }
  fill(stage, signal);
  return signal;
}

/// (E x^2 / (E x)^2 - 1) / n: what the mean of n independent squares scatters by, relative to it.
double scatter(double fourth, double square, double factor, double width) {
  return square > 0 ? (factor * fourth / (square * square) - 1) / width : 0;
}

/// What happens to lengths in an activation, over all kinds of samples.
struct Passage {
  double growth = 0;  ///< d ln E phi^2 / d ln q
  double own = 0;     ///< variance that its own n units add to ln E phi^2
};
Passage length_passage(const Stage& stage, const Signal& signal) {
  Passage passage;
  const double total = signal.mean_square();
  for (const Kind& kind : signal.kinds) {
    const double square = kind.at.mean_square;
    if (!(square > 0)) continue;
    // Each kind by what it has in the mean; they scatter together, as they share the weights.
    const double share = kind.share * square / total;
    passage.growth +=
        share * mean_square_growth(*stage.function, kind.length) * kind.length / square;
    passage.own += share * scatter(kind.fourth.value, square, 1, stage.width);
  }
  return passage;
}

/// The same for correlations: E of the cosine of two samples' activations.
struct CosinePassage {
  double cosine = 0;
  double variance = 0;
};
PairMean cosine_of(const Signal& signal, const Pair& pair) {
  const Kind &first = signal.kinds[pair.first], &second = signal.kinds[pair.second];
  const double product = std::sqrt(first.at.mean_square * second.at.mean_square);
  const PairMean mean = pair_mean(first.series.front(), second.series.front(), pair.cosine);
  return {std::clamp(mean.value / product, -1.0, 1.0), mean.slope / product};
}
/// The cosine of n independent pairs of numbers has the variance (1 - c^2)^2 / n, where they are
/// normal; those of ReLU scatter less.
double cosine_scatter(double cosine, double width) {
  return (1 - cosine * cosine) * (1 - cosine * cosine) / width;
}
CosinePassage cosine_passage(const Stage& stage, const Signal& signal) {
  CosinePassage passage;
  double slope = 0, own = 0;
  for (const Pair& pair : signal.pairs) {
    const PairMean cosine = cosine_of(signal, pair);
    passage.cosine += pair.share * cosine.value;
    slope += pair.share * std::abs(cosine.slope);
    own += pair.share * cosine_scatter(cosine.value, stage.width);
  }
  passage.variance = slope * slope * signal.cosine_variance + own;
  return passage;
}

Signal next_signal(const Stage& below, const Signal& signal, const Stage& stage) {
  Signal next;
  const Variances& variances = stage.variances;
  const auto length_of = [&](const Kind& kind) {
    return variances.weight * kind.at.mean_square + variances.bias;
  };
  for (const Kind& kind : signal.kinds) {
    next.kinds.push_back({.share = kind.share, .length = length_of(kind)});
  }
  for (Pair pair : signal.pairs) {
    const Kind &first = signal.kinds[pair.first], &second = signal.kinds[pair.second];
    const double product = std::sqrt(first.at.mean_square * second.at.mean_square);
    const double both = variances.weight * product * cosine_of(signal, pair).value;
    pair.cosine = std::clamp(
        (both + variances.bias) / std::sqrt(length_of(first) * length_of(second)), -1.0, 1.0);
    next.pairs.push_back(pair);
  }
  const double own = 1 - variances.bias / next.length();
  const Passage passage = length_passage(below, signal);
  next.length_variance =
      own * own * (passage.growth * passage.growth * signal.length_variance + passage.own);
  next.cosine_variance = own * own * cosine_passage(below, signal).variance;
  fill(stage, next);
  return next;
}

/// For a square, whose logarithm has the given variance v: two standard deviations to each side of
/// the middle, which for a log-normal number lies v / 2 below the logarithm of its mean.
double factor_of(double log_variance) {
  return std::exp(2 * std::sqrt(log_variance) + log_variance / 2);
}

/// Of a cosine: two standard deviations, and what the series leaves out.
double margin_of(double variance) { return 2 * std::sqrt(variance) + PairSeries::kError; }

void add_forward(const Stage& stage, const Signal& signal, std::vector<LayerPrediction>& layers) {
  const bool pairs = !signal.pairs.empty();
  LayerPrediction& dense = layers[stage.dense];
  dense.mean_square = {signal.length(), factor_of(signal.length_variance + 2 / stage.width)};
  // A few outputs have any cosine.
  if (pairs && stage.width >= kLeastWidth) {
    double cosine = 0;
    for (const Pair& pair : signal.pairs) cosine += pair.share * pair.cosine;
    dense.cosine = cosine;
    dense.cosine_margin = margin_of(signal.cosine_variance + cosine_scatter(cosine, stage.width));
  }
  if (!stage.activation) return;
  LayerPrediction& above = layers[*stage.activation];
  const Passage passage = length_passage(stage, signal);
  above.mean_square = {
      signal.mean_square(),
      factor_of(passage.growth * passage.growth * signal.length_variance + passage.own)};
  if (pairs && signal.mean_square() > 0) {
    const CosinePassage cosines = cosine_passage(stage, signal);
    above.cosine = cosines.cosine;
    above.cosine_margin = margin_of(cosines.variance);
  }
}

/// d ln E phi'^2 / d ln q, by central differences: a range needs no more digits.
double slope_sensitivity(const Activation& function, double length) {
  constexpr double kStep = 1.02;
  const double up = moments(function, length * kStep).mean_square_slope;
  const double down = moments(function, length / kStep).mean_square_slope;
  return up > 0 && down > 0 ? std::log(up / down) / (2 * std::log(kStep)) : 0;
}

void go_down(const std::vector<Stage>& stages, const std::vector<Signal>& signals,
             std::vector<LayerPrediction>& layers) {
  const std::vector<Kind>& kinds = signals.front().kinds;
  // Logarithms, of each kind: mean square of delta at this dense layer over that of the last one.
  std::vector<double> log_ratios(kinds.size());
  double own = 0;    // variance of the logarithm from the layers' own scatter
  double moved = 0;  // standard deviation from lengths that scatter
  const auto set = [&](std::size_t layer, double more) {
    double mean = 0;
    for (std::size_t k = 0; k < kinds.size(); ++k) mean += kinds[k].share * std::exp(log_ratios[k]);
    // A norm is the root of a sum of squares.
    layers[layer].delta_ratio = {std::sqrt(mean), std::sqrt(factor_of(own + more + moved * moved))};
  };
  for (std::size_t i = stages.size(); i-- > 0;) {
    const Stage& stage = stages[i];
    if (i + 1 < stages.size()) {
      // Through W^T: n values, each a sum over the layer above with weights of variance
      // sigma_w^2 / n, then times phi'.
      for (double& ratio : log_ratios) ratio += std::log(stages[i + 1].variances.weight);
      if (stage.activation) set(*stage.activation, 2 / stage.width);
      double sensitivity = 0;
      for (std::size_t k = 0; k < kinds.size(); ++k) {
        const Kind& kind = signals[i].kinds[k];
        log_ratios[k] += std::log(kind.at.mean_square_slope);
        own += kind.share * scatter(kind.fourth.slope, kind.at.mean_square_slope, 3, stage.width);
        sensitivity += kind.share * slope_sensitivity(*stage.function, kind.length);
      }
      moved += std::abs(sensitivity) * std::sqrt(signals[i].length_variance);
    }
    set(stage.dense, 0);
  }
}

}  // namespace

Prediction predict(const Model& model, const Start& start) {
  Prediction prediction;
  const Stages found = find_stages(model);
  prediction.reason = found.reason;
  if (prediction.reason.empty() && !(start.mean_square > 0 && std::isfinite(start.mean_square))) {
    prediction.reason = "the first dense layer's outputs have no mean square to start from";
  }
  if (!prediction.reason.empty()) return prediction;
  const std::vector<Stage>& stages = found.stages;
  std::vector<Signal> signals;
  signals.reserve(stages.size());
  for (std::size_t i = 0; i < stages.size(); ++i) {
    signals.push_back(i == 0 ? first_signal(stages[0], start)
                             : next_signal(stages[i - 1], signals[i - 1], stages[i]));
  }
  prediction.layers.resize(model.layers.size());
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    prediction.layers[i].layer = static_cast<Index>(i);
  }
  for (std::size_t i = 0; i < stages.size(); ++i) {
    add_forward(stages[i], signals[i], prediction.layers);
  }
  go_down(stages, signals, prediction.layers);
  return prediction;
}

}  // namespace clino::theory
