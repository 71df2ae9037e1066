#include "probe/broken_line.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "core/errors.hpp"

namespace clino {

namespace {

/// Roundings that a value of an activation may have.
constexpr double kJoinTolerance = 64 * std::numeric_limits<double>::epsilon();

/// A few points of the open interval between two kinks, or beyond the outer ones.
std::array<double, 4> points_between(const std::vector<double>& kinks, std::size_t i) {
  if (kinks.empty()) return {-1, 1, -1000, 1000};
  const double reach = 1 + std::abs(i == 0 ? kinks.front() : kinks.back());
  if (i == 0) {
    const double k = kinks.front();
    return {k - reach, k - reach / 1024, k - 2 * reach, k - 1024 * reach};
  }
  if (i == kinks.size()) {
    const double k = kinks.back();
    return {k + reach, k + reach / 1024, k + 2 * reach, k + 1024 * reach};
  }
  const double left = kinks[i - 1];
  const double width = kinks[i] - left;
  return {left + width / 2, left + width / 16, left + width / 4, left + width * 15 / 16};
}

void add_line(const Activation& activation, std::size_t i, BrokenLine& line) {
  const std::array<double, 4> points = points_between(line.kinks, i);
  const double x = points[0];
  const double slope = activation.slope(x);
  const double rise = slope * x;
  const double offset = activation.value(x) - rise;
  for (const double at : points) {
    const double expected = slope * at + offset;
    const double size = std::abs(slope * at) + std::abs(activation.value(x)) + std::abs(rise);
    if (std::abs(activation.value(at) - expected) <= kJoinTolerance * size) continue;
    throw UsageError("says to be piecewise linear and is no line between its kinks: at " +
                     std::to_string(at) + " its value is " + std::to_string(activation.value(at)) +
                     ", not " + std::to_string(expected));
  }
  line.slopes.push_back(slope);
  line.offsets.push_back(offset);
  line.offset_sizes.push_back(offset == 0 ? 0 : std::abs(activation.value(x)) + std::abs(rise));
}

void check_continuity(const Activation& activation, const BrokenLine& line) {
  for (std::size_t i = 0; i < line.kinks.size(); ++i) {
    const double kink = line.kinks[i];
    for (const std::size_t side : {i, i + 1}) {
      const double value = line.slopes[side] * kink + line.offsets[side];
      const double size = std::abs(line.slopes[side] * kink) + line.offset_sizes[side];
      if (std::abs(activation.value(kink) - value) <= kJoinTolerance * size) continue;
      throw UsageError("jumps at " + std::to_string(kink));
    }
  }
}

}  // namespace

BrokenLine broken_line(const Activation& activation) {
  if (!activation.elementwise() || !activation.piecewise_linear()) {
    throw UsageError("is not piecewise linear");
  }
  BrokenLine line;
  line.kinks = activation.kinks();
  if (!std::ranges::all_of(line.kinks, [](double k) { return std::isfinite(k); })) {
    throw UsageError("has a kink that is not finite");
  }
  for (std::size_t i = 0; i <= line.kinks.size(); ++i) add_line(activation, i, line);
  check_continuity(activation, line);
  return line;
}

}  // namespace clino
