#pragma once

#include <string_view>
#include <vector>

#include "core/types.hpp"

/// \file
/// Temperature scaling: one number T > 0 that a net's scores are divided by, so that its
/// probabilities become as sure as they are right (Guo, Pleiss, Sun and Weinberger 2017, "On
/// calibration of modern neural networks"). It leaves the order of the classes as it is.

namespace clino {

/// What a net says of some samples, and what is true of them. Probabilities are softmax(scores).
struct ClassScores {
  Index classes = 0;
  std::vector<double> scores;  ///< [samples, classes], a sample after the other
  std::vector<Index> labels;   ///< [samples]

  Index size() const { return static_cast<Index>(labels.size()); }
  const double* of(Index sample) const { return scores.data() + sample * classes; }
};

/// One sample at one temperature: d_k = s_k - max_j s_j, p = softmax(d / T).
struct ScaledSample {
  Index predicted = 0;    ///< the first class of the largest score, at any temperature
  double confidence = 0;  ///< p of that class
  double nll = 0;         ///< -ln p of the true class
  double brier = 0;       ///< sum over classes of (p_k - [k is the true class])^2, 0 to 2
};
ScaledSample scaled_sample(const ClassScores& samples, Index sample, double temperature);

/// Whether there is a best temperature, and if not, why.
enum class TemperatureOutcome {
  found,
  zero,      ///< every sample is right: the smaller T, the better, without end
  infinite,  ///< the scores do no better than chance: the larger T, the better, without end
  any,       ///< no sample prefers a class to another: T changes nothing
};
/// A sentence without a point; empty for `found`.
std::string_view to_text(TemperatureOutcome outcome);

struct TemperatureFit {
  TemperatureOutcome outcome = TemperatureOutcome::found;
  double temperature = 1;  ///< 1 where none was found, and then the three below are 0
  /// Standard error of ln T by the observed information,
  ///   1 / (beta sqrt(n d^2 NLL / d beta^2)),  beta = 1/T,  NLL the mean over n samples:
  /// right as far as softmax(s / T) is the truth for some T.
  double log_error = 0;
  double low = 0, high = 0;  ///< 95 % interval of T: exp(ln T -+ 1.96 log_error)

  bool found() const { return outcome == TemperatureOutcome::found; }
};

/// The T that minimises the mean negative log-likelihood. In beta = 1/T that is convex:
///   NLL(beta) = mean_i [ ln sum_k exp(beta d_ik) - beta d_iy ],  d_ik = s_ik - max_j s_ij
///   NLL'      = mean_i [ E_p d_i - d_iy ],  NLL'' = mean_i Var_p d_i,  p = softmax(beta d_i).
/// There is a minimum at 0 < beta < infinity if and only if NLL'(0) < 0 and some sample has a class
/// above the true one. Newton's method within a bracket, to the last digits of a double. Every
/// sample counts once. Throws `UsageError` without samples, `NumericalError` where a score is not
/// finite.
TemperatureFit fit_temperature(const ClassScores& samples);

}  // namespace clino
