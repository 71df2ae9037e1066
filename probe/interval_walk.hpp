#pragma once

#include <vector>

#include "core/parameters.hpp"
#include "layers/model.hpp"

namespace clino {

/// A net of one input on intervals so small that it is a line on each: unit u is slopes[u + p *
/// units] x + offsets[u + p * units] on [borders[p], borders[p + 1]]. The sizes are the same sums
/// of products with absolute values: what rounding errors are small against.
struct IntervalLines {
  std::vector<double> borders;        ///< one more than intervals, ascending
  std::vector<double> border_errors;  ///< how exactly each border is known; 0 at the ends
  Index units = 1;
  std::vector<double> slopes, offsets, slope_sizes, offset_sizes;  ///< [units, intervals]
  Index roundings = 0;                                             ///< after each other

  Index intervals() const { return std::ssize(borders) - 1; }
};

/// The intervals of [low, high] on which every layer of a piecewise linear net is a line, with its
/// prediction on each: neighbours may be the same line. The net has to be one of which
/// `why_not_piecewise_linear` has nothing to say. Throws `NumericalError` where there are more than
/// `most_intervals` or a number is not finite.
template <class T>
IntervalLines interval_lines(const Model& model, const Parameters<T>& parameters, double low,
                             double high, Index most_intervals);

}  // namespace clino
