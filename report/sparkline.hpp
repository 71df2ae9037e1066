#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace clino::report {

struct SparklineOptions {
  std::size_t width = 8;  ///< characters at most; fewer where there are fewer values
  bool log = false;       ///< by the logarithm; what is 0 or below has no height
  bool unicode = true;    ///< blocks of eight heights; else letters of ASCII
};

/// A series as one line of characters, a stretch of it each, from the lowest of them to the
/// highest. `!`: not finite; a blank: no number that could be shown. A series whose values differ
/// by less than a hundredth is drawn flat, at half height (at the bottom where it is 0): it is
/// nothing to look at.
std::string sparkline(std::span<const double> values, const SparklineOptions& options);

/// Whether a series, all of whose values are positive, spans more than a factor of ten: what is
/// drawn better by the logarithm.
bool spans_decades(std::span<const double> values);

}  // namespace clino::report
