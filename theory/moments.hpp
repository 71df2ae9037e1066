#pragma once

#include "layers/activations/activation.hpp"

/// \file
/// Gaussian moments of an activation, which all else here is made of: u is normal with mean 0 and
/// variance q, as the pre-activations of a wide net are.

namespace clino::theory {

struct Moments {
  double mean = 0;               ///< E phi(u)
  double mean_square = 0;        ///< E phi(u)^2
  double mean_square_slope = 0;  ///< E phi'(u)^2
};

/// By quadrature, split at the kinks. At q = 0 the values at 0, where the slope at a kink is the
/// mean of the squares of both sides: the limit for q -> 0. Throws `UsageError` unless q is finite
/// and >= 0, or for an activation that is not elementwise.
Moments moments(const Activation& activation, double q);

/// E phi(u)^4 and E phi'(u)^4: how much a layer of finite width scatters.
struct FourthMoments {
  double value = 0, slope = 0;
};
FourthMoments fourth_moments(const Activation& activation, double q);

/// d E phi(u)^2 / dq = E[phi(u) phi'(u) u] / q, by Stein's lemma also E[phi'(u)^2 + phi phi''];
/// q > 0.
double mean_square_growth(const Activation& activation, double q);

/// E phi(u_1) phi(u_2) for normal u_1, u_2 of variance q_1, q_2 and correlation c in [-1, 1]. Error
/// about 1e-9 of the product of their root mean squares.
double pair_mean(const Activation& activation, double q_1, double q_2, double c);

}  // namespace clino::theory
