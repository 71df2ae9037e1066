#include "theory/mean_field.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace clino::theory {

namespace {

constexpr double kLeastLength = 1e-8, kLargestLength = 1e8;
constexpr int kPerDecade = 8;
/// Lengths whose V(q) / q differs from 1 by less rest: twenty times the error of the quadrature.
constexpr double kRests = 2e-11;

/// Lengths from the least to the largest, evenly by ratio.
std::vector<double> grid() {
  std::vector<double> lengths;
  const int steps = static_cast<int>(std::lround(std::log10(kLargestLength / kLeastLength)));
  for (int i = 0; i <= steps * kPerDecade; ++i) {
    lengths.push_back(kLeastLength * std::pow(10.0, static_cast<double>(i) / kPerDecade));
  }
  return lengths;
}

/// The root of f between two lengths where it has different signs, by halving their ratio.
double root(const std::function<double(double)>& f, double low, double high) {
  const bool falls = f(low) > 0;
  for (int i = 0; i < 60; ++i) {
    const double middle = std::sqrt(low * high);
    ((f(middle) > 0) == falls ? low : high) = middle;
  }
  return std::sqrt(low * high);
}

std::vector<double> on_grid(const std::function<double(double)>& f) {
  std::vector<double> values = grid();
  std::ranges::transform(values, values.begin(), f);
  return values;
}

/// All roots of f, whose values on the grid are known.
std::vector<double> roots(const std::function<double(double)>& f,
                          const std::vector<double>& values) {
  const std::vector<double> places = grid();
  std::vector<double> found;
  for (std::size_t i = 1; i < places.size(); ++i) {
    if ((values[i - 1] > 0) != (values[i] > 0)) found.push_back(root(f, places[i - 1], places[i]));
  }
  return found;
}

bool all_rest(const std::vector<double>& values) {
  return std::ranges::all_of(values, [](double value) { return std::abs(value) < kRests; });
}

/// Of the lengths at which chi = 1 and V(q) = q, the first that attracts.
std::optional<CriticalPoint> find_critical(const Activation& activation, double bias_variance,
                                           const std::function<double(double)>& excess,
                                           const std::vector<double>& values) {
  const auto critical_variance = [&](double q) {
    return 1 / moments(activation, q).mean_square_slope;
  };
  if (all_rest(values)) {
    return CriticalPoint{.weight_variance = critical_variance(1), .every_length = true};
  }
  for (const double q : roots(excess, values)) {
    const double variance = critical_variance(q);
    if (variance * mean_square_growth(activation, q) < 1) {
      return CriticalPoint{.weight_variance = variance, .length = q};
    }
  }
  // At length 0, which lengths near it have to fall to: as tanh's do, and GELU's do not.
  const double at_zero = critical_variance(0);
  const bool rests_at_zero = bias_variance == 0 && activation.value(0) == 0;
  constexpr double kNear = 1e-2;
  if (rests_at_zero && std::isfinite(at_zero) &&
      next_length(activation, kNear, {.weight = at_zero}) < kNear) {
    return CriticalPoint{.weight_variance = at_zero, .length = 0};
  }
  return std::nullopt;
}

CriticalLinePoint::Absence absence_of(const std::vector<double>& excesses) {
  using Absence = CriticalLinePoint::Absence;
  const auto grows = [](double excess) { return excess > 0; };
  if (std::ranges::all_of(excesses, grows)) return Absence::lengths_grow;
  return std::ranges::none_of(excesses, grows) ? Absence::lengths_shrink
                                               : Absence::lengths_are_repelled;
}

}  // namespace

double next_length(const Activation& activation, double q, const Variances& variances) {
  return variances.weight * moments(activation, q).mean_square + variances.bias;
}

double susceptibility(const Activation& activation, double q, const Variances& variances) {
  return variances.weight * moments(activation, q).mean_square_slope;
}

double next_correlation(const Activation& activation, double q_1, double q_2, double correlation,
                        const Variances& variances) {
  const double product = next_length(activation, q_1, variances) *
                         (q_1 == q_2 ? 1 : next_length(activation, q_2, variances));
  const double both = variances.weight * pair_mean(activation, q_1, q_2, correlation);
  const double length = q_1 == q_2 ? product : std::sqrt(product);
  return std::clamp((both + variances.bias) / length, -1.0, 1.0);
}

double depth_scale(double susceptibility) { return 1 / std::abs(std::log(susceptibility)); }

std::optional<FixedPoint> Lengths::stable() const {
  const auto is_stable = [](const FixedPoint& point) { return point.stable(); };
  if (std::ranges::count_if(fixed_points, is_stable) != 1) return std::nullopt;
  return *std::ranges::find_if(fixed_points, is_stable);
}

std::optional<Limit> limit_of(const Activation& activation, const Variances& variances,
                              const Lengths& lengths) {
  const auto at = [&](double q) {
    return Limit{.length = q, .susceptibility = susceptibility(activation, q, variances)};
  };
  Limit limit = at(1);
  const auto as_at_one = [&](double q) {
    return std::abs(at(q).susceptibility - limit.susceptibility) <= 1e-9 * limit.susceptibility;
  };
  limit.any_length = as_at_one(kLeastLength) && as_at_one(kLargestLength);
  if (limit.any_length) return limit;
  const auto stable = lengths.stable();
  if (stable && !lengths.dies_out && !lengths.explodes) return at(stable->length);
  const bool nowhere_else = lengths.fixed_points.empty() && !lengths.explodes;
  if (lengths.dies_out && nowhere_else) return at(0);
  return std::nullopt;
}

Lengths lengths(const Activation& activation, const Variances& variances) {
  // Relative, so that one tolerance serves all lengths.
  const auto excess = [&](double q) { return next_length(activation, q, variances) / q - 1; };
  const std::vector<double> values = on_grid(excess);
  Lengths found;
  found.every = all_rest(values);
  if (found.every) return found;
  found.dies_out = values.front() < 0;
  found.explodes = values.back() > 0;
  for (const double q : roots(excess, values)) {
    found.fixed_points.push_back({.length = q,
                                  .growth = variances.weight * mean_square_growth(activation, q),
                                  .susceptibility = susceptibility(activation, q, variances)});
  }
  return found;
}

std::vector<CriticalLinePoint> critical_line(const Activation& activation,
                                             std::span<const double> bias_variances) {
  // chi = 1 takes sigma_w^2 = 1 / E phi'^2; with it V(q) = q has to hold. What does not depend on
  // the biases is computed once.
  const auto without_bias = [&](double q) {
    const Moments at = moments(activation, q);
    return at.mean_square / at.mean_square_slope;
  };
  const std::vector<double> places = grid(), known = on_grid(without_bias);
  std::vector<CriticalLinePoint> line;
  line.reserve(bias_variances.size());
  for (const double bias : bias_variances) {
    const auto excess = [&](double q) { return (without_bias(q) + bias) / q - 1; };
    std::vector<double> values(places.size());
    for (std::size_t i = 0; i < places.size(); ++i) values[i] = (known[i] + bias) / places[i] - 1;
    CriticalLinePoint point{.bias_variance = bias};
    point.point = find_critical(activation, bias, excess, values);
    if (!point.point) point.absence = absence_of(values);
    line.push_back(point);
  }
  return line;
}

std::optional<CriticalPoint> critical_point(const Activation& activation, double bias_variance) {
  return critical_line(activation, {&bias_variance, 1}).front().point;
}

bool repels_without_bias(const Activation& activation) {
  // What rests at q has sigma_w^2 = q / E phi^2, and V' there is the elasticity of E phi^2.
  std::vector<double> elasticities;
  for (double q = kLeastLength; q <= kLargestLength; q *= 2) {
    elasticities.push_back(q * mean_square_growth(activation, q) /
                           next_length(activation, q, {.weight = 1}));
  }
  // Far out even those that repel come close to 1, as ReLU is everywhere.
  constexpr double kClearly = 1e-3;
  return std::ranges::min(elasticities) > 1 - kRests &&
         std::ranges::max(elasticities) > 1 + kClearly;
}

}  // namespace clino::theory
