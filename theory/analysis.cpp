#include "theory/analysis.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "core/errors.hpp"

namespace clino::theory {

namespace {

constexpr double kLogShare = 1e-3;  ///< `log.saturation_threshold` unless a config says otherwise
constexpr double kTiny = 1e-7;
constexpr double kCurveReach = 6;
constexpr int kCurvePoints = 240, kRecursionPoints = 120, kLayers = 30;
constexpr double kLongestPath = 1e12, kShortestPath = 1e-12;

std::vector<double> curve_places(const Activation& activation) {
  std::vector<double> places;
  places.reserve(kCurvePoints + 1);
  for (int i = 0; i <= kCurvePoints; ++i) {
    places.push_back(-kCurveReach + 2 * kCurveReach * i / kCurvePoints);
  }
  for (const double kink : activation.kinks()) {
    if (std::abs(kink) > kCurveReach) continue;
    places.push_back(std::nextafter(kink, std::numeric_limits<double>::lowest()));
    places.push_back(std::nextafter(kink, std::numeric_limits<double>::max()));
  }
  std::ranges::sort(places);
  return places;
}

template <class F>
Curve curve_of(std::vector<double> places, const F& f) {
  Curve curve{.x = std::move(places), .y = {}};
  curve.y.resize(curve.x.size());
  std::ranges::transform(curve.x, curve.y.begin(), f);
  return curve;
}

/// From 0 to well beyond the largest length that rests, or to 3.
Curve recursion_of(const Activation& activation, const Variances& variances,
                   const Lengths& lengths) {
  double most = 3;
  if (!lengths.fixed_points.empty() && lengths.fixed_points.back().length < 1e3) {
    most = std::max(1.0, 2 * lengths.fixed_points.back().length);
  }
  std::vector<double> places;
  places.reserve(kRecursionPoints + 1);
  for (int i = 0; i <= kRecursionPoints; ++i) places.push_back(most * i / kRecursionPoints);
  return curve_of(std::move(places),
                  [&](double q) { return next_length(activation, q, variances); });
}

/// Ends early where a length leaves what can be drawn.
std::vector<double> path_from(double q, const Activation& activation, const Variances& variances) {
  std::vector<double> path = {q};
  while (path.size() <= kLayers && q > kShortestPath && q < kLongestPath) {
    q = next_length(activation, q, variances);
    path.push_back(q);
  }
  return path;
}

/// Whether it draws, and whether it learns, when it trains.
void find_nature(const Activation& activation, ActivationAnalysis& analysis) {
  Graph graph;
  const RecordedActivation made = activation.record(graph, graph.input("x", 1), "y");
  analysis.draws = graph.node(made.output).operation->depends_on_mode();
  analysis.learns = made.weight.valid();
}

void check(const Variances& variances) {
  const auto in_range = [](double x) { return x >= 0 && std::isfinite(x); };
  if (in_range(variances.weight) && in_range(variances.bias) && variances.weight > 0) return;
  throw UsageError("analyze: expected a finite sigma_w^2 > 0 and sigma_b^2 >= 0, found " +
                   std::to_string(variances.weight) + " and " + std::to_string(variances.bias));
}

}  // namespace

bool ActivationAnalysis::zero_centred() const {
  return std::abs(at_one.mean) <= 1e-9 * std::sqrt(at_one.mean_square);
}

Variances default_variances(const Activation& activation) {
  const double mean_square = moments(activation, 1).mean_square;
  return {.weight = mean_square > 0 && std::isfinite(mean_square) ? 1 / mean_square : 1};
}

ActivationAnalysis analyze(const Activation& activation, const Variances& variances) {
  check(variances);
  ActivationAnalysis analysis{.choice = activation.choice()};
  analysis.shape = shape_of(activation);
  find_nature(activation, analysis);
  const std::vector<double> places = curve_places(activation);
  analysis.value = curve_of(places, [&](double x) { return activation.value(x); });
  analysis.slope = curve_of(places, [&](double x) { return activation.slope(x); });
  analysis.log_threshold = saturation(
      activation, std::max(kLogShare * activation.max_slope(), std::numeric_limits<double>::min()));
  analysis.tiny = saturation(activation, kTiny);
  analysis.at_one = moments(activation, 1);
  if (analysis.at_one.mean_square > 0 && std::isfinite(analysis.at_one.mean_square)) {
    // By way of the variance: 1 / sqrt(E phi^2) may end in another digit than sigma_w does.
    analysis.gain = std::sqrt(1 / analysis.at_one.mean_square);
  }
  analysis.variances = variances;
  analysis.lengths = lengths(activation, variances);
  analysis.limit = limit_of(activation, variances, analysis.lengths);
  analysis.recursion = recursion_of(activation, variances, analysis.lengths);
  for (const double start : {.01, .1, .5, 1., 2., 10., 100.}) {
    analysis.paths.push_back(path_from(start, activation, variances));
  }
  constexpr double kBiasVariances[] = {0, .01, .02, .05, .1, .2, .5, 1, 2};
  analysis.critical_line = critical_line(activation, kBiasVariances);
  analysis.repels_without_bias = repels_without_bias(activation);
  return analysis;
}

}  // namespace clino::theory
