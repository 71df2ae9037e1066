#pragma once

#include <span>
#include <string>
#include <vector>

namespace clino::report {

/// From numbers to places in a picture: linear, or by the logarithm.
struct Axis {
  bool log = false;
  double low = 0, high = 1;   ///< of the numbers; on a log axis both > 0
  double start = 0, end = 1;  ///< of the places

  /// Whether a number has a place: finite, and > 0 on a log axis.
  bool shows(double value) const;
  double place(double value) const;
};

struct Tick {
  double value;
  std::string text;
};

/// An axis that has room for all numbers that can be shown; [0, 1] or [1, 10] where there are
/// none. `from_zero`: a linear one begins at 0.
Axis fitted_axis(std::span<const std::vector<double>* const> numbers, bool log, bool from_zero);

/// About `wanted` round numbers within the axis: powers of ten, or 1, 2 and 5 times one.
std::vector<Tick> ticks(const Axis& axis, std::size_t wanted);

/// The same for a picture that nobody can zoom into: a log axis with few powers of ten has 2 and 5
/// times them too.
std::vector<Tick> picture_ticks(const Axis& axis, std::size_t wanted);

}  // namespace clino::report
