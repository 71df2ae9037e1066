#pragma once

#include <vector>

#include "core/types.hpp"

namespace clino {

/// Where the cross-entropy of linear logits ends.
struct CrossEntropyMinimum {
  double loss = 0;  ///< the minimum, or the infimum where it is not attained
  /// False where the loss falls for ever while the coefficients grow.
  bool attained = true;
  std::vector<double> coefficients;  ///< [classes - 1, r] of the minimum; the last ones met
  Index steps = 0;                   ///< of Newton's method
};

/// The lowest value of the convex function
///
///     f(C) = sum_i sum_k t_ki (log sum_j exp z_ji - z_ki),  z_0i = 0,  z_ki = C_k . q_i
///
/// over C [K - 1, r], by Newton's method with backtracking (iteratively reweighted least squares;
/// Boyd and Vandenberghe 2004, section 9.5). `basis` holds the q_i as rows [n, r], its columns best
/// orthonormal; `targets` [K, n] the t, >= 0: how much of each class is wanted, weights included.
/// The first class's logit is 0 without loss of generality: softmax ignores what is added to all.
///
/// Samples that a linear map separates have the infimum 0, which is given as soon as every one has
/// its class's logit on top. Otherwise the end is where half of Newton's decrement squared, which
/// is what is left to gain, is below 1e-12 of the loss. Throws `NumericalError` where 200 steps do
/// not get there.
CrossEntropyMinimum minimize_cross_entropy(Matrix<const double> basis,
                                           Matrix<const double> targets);

}  // namespace clino
