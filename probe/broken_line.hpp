#pragma once

#include <span>
#include <vector>

#include "layers/activations/activation.hpp"

namespace clino {

/// An activation as the lines it consists of: y = slopes[i] x + offsets[i] between the kinks i - 1
/// and i.
struct BrokenLine {
  std::vector<double> kinks;    ///< ascending
  std::vector<double> slopes;   ///< one more than kinks
  std::vector<double> offsets;  ///< as many
  /// What rounding errors of an offset are small against; 0 where the line goes through 0.
  std::vector<double> offset_sizes;
};

/// From the values of an elementwise activation. Throws `UsageError` saying what it does instead
/// where it does not say to be piecewise linear, has a kink that is not finite, jumps at one, or is
/// no line between two of them.
BrokenLine broken_line(const Activation& activation);

}  // namespace clino
