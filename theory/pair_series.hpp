#pragma once

#include <vector>

#include "layers/activations/activation.hpp"

namespace clino::theory {

/// E phi(u_1) phi(u_2) for normal u_1, u_2 as a power series in their correlation c (Mehler's
/// formula):  sum_k a_k(q_1) a_k(q_2) c^k,  a_k(q) = E phi(sqrt(q) z) h_k(z), h_k the normalised
/// Hermite polynomials. Two coefficients lists make the means of all correlations, a hundred times
/// faster than `pair_mean`, with an error of about 1e-3 of the product of the root mean squares
/// near c = -1 and 1 and less elsewhere.
class PairSeries {
 public:
  static constexpr int kTerms = 60;
  static constexpr double kError = 1e-3;  ///< of a cosine that is made from it, about

  /// Throws `UsageError` as `moments`.
  PairSeries(const Activation& activation, double q);

  /// a_k for k < kTerms; what the sum of their squares lacks of E phi(u)^2 counts as one more.
  const std::vector<double>& coefficients() const { return coefficients_; }

 private:
  std::vector<double> coefficients_;
};

/// The mean for a correlation c in [-1, 1], and its derivative by c.
struct PairMean {
  double value = 0, slope = 0;
};
PairMean pair_mean(const PairSeries& first, const PairSeries& second, double c);

}  // namespace clino::theory
