#pragma once

#include <optional>
#include <span>

#include "statistics/sample.hpp"

/// \file
/// Two samples against each other.

namespace clino::statistics {

/// How the values of two samples belong together.
enum class Design {
  paired,       ///< a[i] and b[i] share a seed, a fold...: Student's t on their differences
  independent,  ///< nothing: Welch's t (1947)
};

struct Contrast {
  Index n = 0;          ///< pairs; of independent samples the size of the smaller one
  double estimate = 0;  ///< mean of a - b, or the ratio a / b of geometric means; NaN where n = 0
  /// None where n < 2. Exact for differences (logarithms of ratios) that are normal; see
  /// docs/decisions/0009 for what it covers where they are not.
  std::optional<Interval> interval;
  /// P of a difference at least so large, were there none; 1 where n < 2.
  double p_value = 1;
  /// Mean over standard deviation of a difference (Cohen's d_z; of independent samples d): what
  /// power depends on. 0 where nothing can be said, infinite where differences do not vary.
  double standardized = 0;
};

/// Compares a with b. Of paired samples the sizes must be the same: `UsageError`.
Contrast contrast(std::span<const double> a, std::span<const double> b, Design design,
                  const Measurement& measurement = {});

/// How often a value of a is below one of b, a tie counting half: pair by pair, or of independent
/// samples over all pairs (Mann and Whitney 1947).
struct WinProbability {
  double value = 0.5;
  Interval interval = {0, 1};  ///< Wilson's score interval (1927) for n trials
};
WinProbability probability_below(std::span<const double> a, std::span<const double> b,
                                 Design design, double confidence = 0.95);

/// Power of a two-sided test on level `alpha` for a standardised difference, n pairs (or n in each
/// of two samples): by the non-central t.
double power(double standardized, Index n, Design design, double alpha);

/// The smallest n whose power is at least `wanted`; none where it is more than `most`.
std::optional<Index> sample_size(double standardized, Design design, double alpha,
                                 double wanted = 0.8, Index most = 1000);

/// The standardised difference that n pairs find with that power; none where n < 2.
std::optional<double> detectable(Index n, Design design, double alpha, double wanted = 0.8);

}  // namespace clino::statistics
