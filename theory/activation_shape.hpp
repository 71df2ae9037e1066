#pragma once

#include <optional>
#include <vector>

#include "layers/activations/activation.hpp"

/// \file
/// What the curve of an activation is like: found from its values and slopes alone, so that it
/// serves a user's own as well as those of the list.

namespace clino::theory {

/// The least or the largest value of all, where it is taken at one place only.
struct Extremum {
  double x = 0, value = 0;
};

/// Where phi, its slope or its second derivative jumps.
struct Kink {
  double x = 0;
  double value_jump = 0;  ///< from left to right; 0 where rounding is all there is
  double slope_jump = 0;
};

/// What happens for x -> +-infinity.
struct Tail {
  double limit = 0;  ///< of the value; may be infinite, NaN where there is none
  double slope = 0;  ///< phi' far out, at |x| = 1e8
};

/// Where slopes are small: `|phi'(x)| < threshold` for every x < `below`, and for every x >
/// `above`. None where that is not so however far one goes (up to |x| = 1e8). Both ends are exact
/// to the last digits, or a kink.
struct Saturation {
  double threshold = 0;
  std::optional<double> below = {}, above = {};
};

enum class Monotony { increasing, decreasing, constant, neither };

struct ActivationShape {
  double max_slope = 0;                     ///< `Activation::max_slope`, or the same refined
  std::optional<double> max_slope_at = {};  ///< where it is taken at one place only
  std::vector<Kink> kinks = {};             ///< ascending
  bool piecewise_linear = false;
  bool nonnegative = false;    ///< no value is below 0
  Monotony monotony = {};      ///< in the wide sense: ReLU is increasing
  Tail left = {}, right = {};  ///< x -> -infinity, x -> +infinity
  std::optional<Extremum> minimum = {}, maximum = {};
  /// The slope is exactly 0 for all x below or above: a unit whose inputs all lie there gets no
  /// gradient, and is dead. Slopes that only underflow are not meant.
  std::optional<double> dead_below = {}, dead_above = {};
};

/// Throws `UsageError` for an activation that is not elementwise.
ActivationShape shape_of(const Activation& activation);

/// Throws `UsageError` for an activation that is not elementwise, or unless threshold > 0.
Saturation saturation(const Activation& activation, double threshold);

}  // namespace clino::theory
