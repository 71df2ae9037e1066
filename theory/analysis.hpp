#pragma once

#include <optional>
#include <vector>

#include "theory/activation_shape.hpp"
#include "theory/mean_field.hpp"

/// \file
/// All that can be said of an activation before any net is built: its curve, its Gaussian moments,
/// and what deep nets of it do to signals. `clino analyze` shows it.

namespace clino::theory {

/// Points of a curve, of equal lengths.
struct Curve {
  std::vector<double> x, y;
};

struct ActivationAnalysis {
  Choice choice;  ///< name and options
  /// Its draws or its learned parameter are not looked at: what it computes in evaluation, with the
  /// first value of what it learns.
  bool draws = false, learns = false;

  ActivationShape shape = {};
  Curve value = {}, slope = {};   ///< from -6 to 6, with both sides of each kink
  Saturation log_threshold = {};  ///< below a thousandth of the largest slope: what the log counts
  Saturation tiny = {};           ///< below 1e-7

  Moments at_one = {};              ///< at q = 1
  std::optional<double> gain = {};  ///< 1 / sqrt(E phi^2) there: keeps q = 1. None for phi = 0.

  Variances variances = {};
  Lengths lengths = {};
  std::optional<Limit> limit = {};
  Curve recursion = {};                               ///< V(q), from q = 0
  std::vector<std::vector<double>> paths = {};        ///< q layer after layer, from several starts
  std::vector<CriticalLinePoint> critical_line = {};  ///< sigma_b^2 ascending from 0
  bool repels_without_bias = false;                   ///< mean_field.hpp

  /// E phi = 0 to rounding at q = 1.
  bool zero_centred() const;
};

/// Weights of the variance gain^2 / fan_in that `"init": "auto"` gives, no biases.
Variances default_variances(const Activation& activation);

/// Throws `UsageError` for an activation that is not elementwise, or unless sigma_w^2 and sigma_b^2
/// are finite, the one > 0 and the other >= 0. Takes about a tenth of a second.
ActivationAnalysis analyze(const Activation& activation, const Variances& variances);
inline ActivationAnalysis analyze(const Activation& activation) {
  return analyze(activation, default_variances(activation));
}

}  // namespace clino::theory
