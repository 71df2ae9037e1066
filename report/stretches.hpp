#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace clino::report {

/// Neighbouring values that are shown as one.
struct Stretch {
  std::size_t begin = 0, end = 0;  ///< elements [begin, end), at least one
  double mean = 0;                 ///< of those that count; of their log10 where that was asked for
  bool any = false;                ///< whether some count
  bool broken = false;             ///< one is not finite
};

/// Cuts a series into at most `most` stretches of equal length. Those values count that are finite,
/// and for logarithms above 0.
std::vector<Stretch> stretches(std::span<const double> values, std::size_t most, bool log);

/// The members of many points as one series.
template <class Point>
std::vector<double> values_of(const std::vector<Point>& points, double Point::*member) {
  std::vector<double> values;
  values.reserve(points.size());
  for (const Point& point : points) values.push_back(point.*member);
  return values;
}

/// Smallest and largest of what is shown.
struct ValueRange {
  bool any = false;
  double low = 0, high = 0;

  /// Takes in the means of those stretches that have one.
  void include(std::span<const Stretch> all);
  /// 0 at the low end, 1 at the high one, 1/2 where they are the same.
  double place(double value) const { return high > low ? (value - low) / (high - low) : 0.5; }
};

}  // namespace clino::report
