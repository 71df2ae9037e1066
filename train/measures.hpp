#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/types.hpp"

/// \file
/// Measures of predictions against the truth, whatever made the predictions.

namespace clino {

/// How often each class was taken for each other.
class ConfusionMatrix {
 public:
  explicit ConfusionMatrix(Index classes);

  void add(Index truth, Index predicted) { ++counts_[place(truth, predicted)]; }
  Index operator()(Index truth, Index predicted) const { return counts_[place(truth, predicted)]; }

  Index classes() const { return classes_; }
  /// Samples of a class, and samples that were taken for it.
  Index samples(Index truth) const;
  Index taken_for(Index predicted) const;
  /// Share of a class's samples that were recognised; nothing for a class without samples.
  std::optional<double> recall(Index truth) const;
  /// Share of truth in what was taken for a class; nothing for one that was never predicted.
  std::optional<double> precision(Index predicted) const;

 private:
  std::size_t place(Index truth, Index predicted) const {
    return static_cast<std::size_t>(truth * classes_ + predicted);
  }

  Index classes_;
  std::vector<Index> counts_;  ///< [truth, predicted], a row after the other
};

/// The probability that a sample of class `positive` scores higher than a sample of another class,
/// a tie counting half: the area under the ROC curve, by the rank sum of Mann and Whitney (1947).
/// Nothing where all samples are of one side, or where a score is NaN.
std::optional<double> area_under_curve(std::span<const double> scores,
                                       std::span<const Index> classes, Index positive);

/// What the predictions of one output, in the units of the target, are off by.
struct OutputErrors {
  double mae = 0;            ///< mean absolute error
  double rmse = 0;           ///< root of the mean squared error
  std::optional<double> r2;  ///< 1 - sum of squared errors / that of always predicting the mean of
                             ///< these targets; nothing where all targets are the same
};

/// Adds up the errors of one output.
class ErrorSums {
 public:
  void add(double prediction, double target);
  OutputErrors errors() const;

 private:
  double count_ = 0;
  double absolute_ = 0;
  double squared_ = 0;
  // Welford (1962): the targets' mean, and their sum of squares around it.
  double mean_ = 0;
  double variation_ = 0;
};

}  // namespace clino
