#pragma once

#include <optional>
#include <span>
#include <vector>

#include "theory/moments.hpp"

/// \file
/// Signals in a net of infinite width, layer after layer: z = W phi(z of the layer below) + b, the
/// weights of variance sigma_w^2 / fan_in, the biases of sigma_b^2. Forward: Poole, Lahiri, Raghu,
/// Sohl-Dickstein and Ganguli, "Exponential expressivity in deep neural networks through transient
/// chaos" (2016). Backward: Schoenholz, Gilmer, Ganguli and Sohl-Dickstein, "Deep information
/// propagation" (2017).

namespace clino::theory {

/// sigma_w^2 and sigma_b^2.
struct Variances {
  double weight = 1, bias = 0;
};

/// The mean square of the next layer's pre-activations:  V(q) = sigma_w^2 E phi(u)^2 + sigma_b^2.
double next_length(const Activation& activation, double q, const Variances& variances);

/// By what the mean square of the back-propagated signal is multiplied from a layer to the one
/// below:  chi = sigma_w^2 E phi'(u)^2.  Below 1 gradients vanish, above 1 they explode.
double susceptibility(const Activation& activation, double q, const Variances& variances);

/// The correlation of two samples' pre-activations in the next layer, of mean squares q_1 and q_2.
double next_correlation(const Activation& activation, double q_1, double q_2, double correlation,
                        const Variances& variances);

/// The depth over which a signal changes by a factor e:  xi = 1 / |ln chi|, infinite for chi = 1.
double depth_scale(double susceptibility);

/// A length that layers leave as it is.
struct FixedPoint {
  double length = 0;          ///< q* = V(q*)
  double growth = 0;          ///< V'(q*): below 1 nearby lengths come closer
  double susceptibility = 0;  ///< chi at q*

  bool stable() const { return growth < 1; }
};

/// Where the lengths go.
struct Lengths {
  /// Ascending, those above 0, as far as they lie between 1e-8 and 1e8.
  std::vector<FixedPoint> fixed_points;
  bool every = false;     ///< V(q) = q for every q: `fixed_points` is empty
  bool dies_out = false;  ///< small lengths shrink to 0
  bool explodes = false;  ///< large lengths grow without end

  /// The stable one, if there is just one.
  std::optional<FixedPoint> stable() const;
};
Lengths lengths(const Activation& activation, const Variances& variances);

/// What the length of a deep net tends to, and chi there.
struct Limit {
  double length = 0;  ///< 0 where all lengths die out
  double susceptibility = 0;
  bool any_length = false;  ///< chi is the same at every length, as of ReLU: `length` says nothing
};
/// None where it depends on where the net starts, or where lengths explode and chi with them.
std::optional<Limit> limit_of(const Activation& activation, const Variances& variances,
                              const Lengths& lengths);

/// On the border between vanishing and exploding: chi = 1 where the length rests.
struct CriticalPoint {
  double weight_variance = 0;  ///< sigma_w^2
  double length = 0;           ///< q*; 0 where the length only slowly goes to 0
  bool every_length = false;   ///< any length rests there: `length` says nothing
};
/// The critical sigma_w^2 for a sigma_b^2. None where no stable length has chi = 1: no sigma_w^2
/// keeps both signals.
std::optional<CriticalPoint> critical_point(const Activation& activation, double bias_variance);

/// The same for a row of sigma_b^2, and why there is none where there is none: with sigma_w^2 =
/// 1 / E phi'^2, which keeps gradients, lengths grow from layer to layer whatever they are, or
/// shrink, or leave those that rest.
struct CriticalLinePoint {
  enum class Absence { none, lengths_grow, lengths_shrink, lengths_are_repelled };

  double bias_variance = 0;
  std::optional<CriticalPoint> point = {};
  Absence absence = Absence::none;
};
std::vector<CriticalLinePoint> critical_line(const Activation& activation,
                                             std::span<const double> bias_variances);

/// Whether without biases no length above 0 is stable, whatever sigma_w^2: below the one that rests
/// signals die out, above it they explode. So with GELU, SiLU and Mish.
bool repels_without_bias(const Activation& activation);

}  // namespace clino::theory
