#include "theory/activation_shape.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <string>

#include "core/errors.hpp"

namespace clino::theory {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kGridStep = 1.0 / 128;  ///< of the dense grid, whose points are exact
constexpr double kDense = 64;            ///< where it ends on both sides
constexpr double kFarthest = 1e9;  ///< where looking ends: what is met only there is not a place
constexpr double kFar = 1e8;
/// Differences below are rounding.
constexpr double kRounding = 1e-13;

/// A peak between two points of the grid is higher than both by less than this, for functions that
/// bend on the scale of 1: half the square of half a step is 8e-6.
constexpr double kGridError = 1e-5;

/// Not the peak's own surroundings.
bool is_elsewhere(double x, double peak) { return std::abs(x - peak) > .25; }

/// Distances from 0, from the farthest to 0: dense near it, then even by ratio.
const std::vector<double>& distances() {
  static const std::vector<double> all = [] {
    std::vector<double> found;
    for (double x = kFarthest; x > kDense; x /= 1.01) found.push_back(x);
    for (double x = kDense; x >= 0; x -= kGridStep) found.push_back(x);
    return found;
  }();
  return all;
}

/// The dense grid, and the points next to the kinks.
std::vector<double> places(const std::vector<double>& kinks) {
  std::vector<double> found;
  found.reserve(static_cast<std::size_t>(2 * kDense / kGridStep) + 1 + 2 * kinks.size());
  for (double x = -kDense; x <= kDense; x += kGridStep) found.push_back(x);
  for (const double kink : kinks) {
    found.push_back(std::nextafter(kink, -kInfinity));
    found.push_back(std::nextafter(kink, kInfinity));
  }
  std::ranges::sort(found);
  return found;
}

/// Between `in`, where a condition is met, and `out`, where it is not: the last point towards `in`
/// where it is not.
double border(double in, double out, const std::function<bool(double)>& met) {
  for (int i = 0; i < 200; ++i) {
    const double middle = in / 2 + out / 2;
    if (middle == in || middle == out) break;
    (met(middle) ? in : out) = middle;
  }
  return out;
}

/// The kink itself where a border is one.
double snapped(double x, const std::vector<double>& kinks) {
  for (const double kink : kinks) {
    if (std::abs(x - kink) <= 1e-12 * (1 + std::abs(kink))) return kink;
  }
  return x;
}

/// The outermost place on a side (-1 or 1) that meets a condition; none where it is met wherever
/// one looks, +-infinity inwards where it is met nowhere.
std::optional<double> outermost(double side, const std::vector<double>& kinks,
                                const std::function<bool(double)>& met) {
  const std::vector<double>& all = distances();
  // From far on this side through 0 to far on the other.
  double out = side * all.front();
  if (met(out)) return std::nullopt;
  const auto visit = [&](double x) {
    if (!met(x)) {
      out = x;
      return false;
    }
    return true;
  };
  std::optional<double> in;
  for (std::size_t i = 1; i < all.size() && !in; ++i) {
    if (visit(side * all[i])) in = side * all[i];
  }
  for (std::size_t i = all.size() - 1; i-- > 0 && !in;) {
    if (visit(-side * all[i])) in = -side * all[i];
  }
  if (!in) return -side * kInfinity;
  const double found = border(*in, out, met);
  if (side * found > kFar) return std::nullopt;
  return snapped(found, kinks);
}

/// `side` -1 or 1. Where the value at infinity is no number, such as inf / inf, it is asked for at
/// growing distances.
double limit(const Activation& activation, double side) {
  const double at_infinity = activation.value(side * kInfinity);
  if (!std::isnan(at_infinity)) return at_infinity;
  const double near = activation.value(side * 1e4), middle = activation.value(side * 1e6),
               far = activation.value(side * kFar);
  const double first = middle - near, second = far - middle;
  if (std::isnan(first + second)) return std::nan("");
  if (std::abs(second) <= std::max(std::abs(first) / 2, 1e-9 * (1 + std::abs(far)))) return far;
  if (first * second > 0) return std::copysign(kInfinity, second);
  return std::nan("");
}

Tail tail(const Activation& activation, double side) {
  return {.limit = limit(activation, side), .slope = activation.slope(side * kFar)};
}

std::vector<Kink> kinks_of(const Activation& activation) {
  std::vector<Kink> kinks;
  for (const double x : activation.kinks()) {
    const double left = std::nextafter(x, -kInfinity), right = std::nextafter(x, kInfinity);
    Kink kink{.x = x,
              .value_jump = activation.value(right) - activation.value(left),
              .slope_jump = activation.slope(right) - activation.slope(left)};
    if (std::abs(kink.value_jump) < kRounding * (1 + std::abs(x))) kink.value_jump = 0;
    if (std::abs(kink.slope_jump) < kRounding) kink.slope_jump = 0;
    kinks.push_back(kink);
  }
  return kinks;
}

/// Of `sign` phi, refined where the slope changes its sign.
std::optional<Extremum> minimum_of(const Activation& activation, double sign,
                                   const ActivationShape& shape) {
  const auto value = [&](double x) { return sign * activation.value(x); };
  double best = 0;
  for (double x = -kDense; x <= kDense; x += kGridStep) {
    if (value(x) < value(best)) best = x;
  }
  // What is taken at many places, or only approached, has none.
  const double ends = std::min(sign * shape.left.limit, sign * shape.right.limit);
  double low = best - kGridStep, high = best + kGridStep;
  const bool inside = value(best) < ends && value(low) > value(best) && value(high) > value(best);
  if (!inside) return std::nullopt;
  for (double x = -kDense; x <= kDense; x += kGridStep) {
    if (is_elsewhere(x, best) && value(x) <= value(best) + kGridError) return std::nullopt;
  }
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (sign * activation.slope(middle) < 0 ? low : high) = middle;
  }
  // A point of the grid, such as 0, is exact.
  const double found = snapped((low + high) / 2, activation.kinks());
  const double x = value(best) <= value(found) ? best : found;
  return Extremum{x, activation.value(x)};
}

Monotony monotony_of(const Activation& activation) {
  bool rises = false, falls = false;
  for (const double x : places(activation.kinks())) {
    const double slope = activation.slope(x);
    rises = rises || slope > 0;
    falls = falls || slope < 0;
  }
  if (rises && falls) return Monotony::neither;
  if (rises) return Monotony::increasing;
  return falls ? Monotony::decreasing : Monotony::constant;
}

bool is_nonnegative(const Activation& activation) {
  const auto below = [&](double x) { return activation.value(x) < 0; };
  return activation.nonnegative() ||
         (std::ranges::none_of(places(activation.kinks()), below) && !below(-kFar) && !below(kFar));
}

/// The place of the largest slope, where it is one; refined by the golden section.
void find_max_slope(const Activation& activation, ActivationShape& shape) {
  const auto steepness = [&](double x) { return std::abs(activation.slope(x)); };
  const auto all = places(activation.kinks());
  const double best = *std::ranges::max_element(all, {}, steepness);
  double low = best - kGridStep, high = best + kGridStep;
  // An activation may state a largest slope of its own.
  const bool measured = std::abs(steepness(best) / activation.max_slope() - 1) < 1e-12;
  const bool one_place = std::ranges::none_of(all, [&](double x) {
    return is_elsewhere(x, best) && steepness(x) >= steepness(best) * (1 - kGridError);
  });
  shape.max_slope = activation.max_slope();
  const bool inside = steepness(low) < steepness(best) && steepness(high) < steepness(best);
  if (!measured || !one_place || !inside) return;
  const double kink = snapped(best, activation.kinks());
  if (kink != best) {
    shape.max_slope_at = kink;
    return;
  }
  constexpr double kGolden = 0.6180339887498949;
  for (int i = 0; i < 60; ++i) {
    const double inner = kGolden * (high - low), left = high - inner, right = low + inner;
    (steepness(left) < steepness(right) ? low : high) =
        steepness(left) < steepness(right) ? left : right;
  }
  // The golden section sees a flat top as wide as the root of the rounding error: the grid's own
  // point is exact where nothing beside it is higher.
  const double found = (low + high) / 2;
  shape.max_slope_at = steepness(found) > steepness(best) ? found : best;
  shape.max_slope = steepness(*shape.max_slope_at);
}

/// Where a slope of exactly 0 ends. One that only underflows is tiny next to there.
std::optional<double> dead_end(const Activation& activation, double side, double max_slope) {
  const auto end =
      outermost(side, activation.kinks(), [&](double x) { return activation.slope(x) != 0; });
  if (!end || std::isinf(*end)) return end;
  const double next_to_it = *end - side * 1e-3 * (1 + std::abs(*end));
  if (std::abs(activation.slope(next_to_it)) < 1e-12 * max_slope) return std::nullopt;
  return end;
}

void expect_elementwise(const Activation& activation) {
  if (activation.elementwise()) return;
  throw UsageError(activation.name() +
                   " mixes the units of a sample: it has no curve and no slope of one number");
}

}  // namespace

Saturation saturation(const Activation& activation, double threshold) {
  expect_elementwise(activation);
  if (!(threshold > 0)) {
    throw UsageError("saturation: expected a threshold > 0, found " + std::to_string(threshold));
  }
  const auto steep = [&](double x) { return !(std::abs(activation.slope(x)) < threshold); };
  return {.threshold = threshold,
          .below = outermost(-1, activation.kinks(), steep),
          .above = outermost(1, activation.kinks(), steep)};
}

ActivationShape shape_of(const Activation& activation) {
  expect_elementwise(activation);
  ActivationShape shape{.kinks = kinks_of(activation),
                        .piecewise_linear = activation.piecewise_linear(),
                        .nonnegative = is_nonnegative(activation),
                        .monotony = monotony_of(activation),
                        .left = tail(activation, -1),
                        .right = tail(activation, 1)};
  find_max_slope(activation, shape);
  shape.minimum = minimum_of(activation, 1, shape);
  shape.maximum = minimum_of(activation, -1, shape);
  shape.dead_below = dead_end(activation, -1, shape.max_slope);
  shape.dead_above = dead_end(activation, 1, shape.max_slope);
  return shape;
}

}  // namespace clino::theory
