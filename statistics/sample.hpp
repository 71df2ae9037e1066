#pragma once

#include <limits>
#include <optional>
#include <span>

#include "core/types.hpp"

/// \file
/// One sample: what a few repetitions tell of the quantity behind them.

namespace clino::statistics {

struct Interval {
  double low = 0, high = 0;
};

/// On which scale values are averaged and compared.
enum class Scale {
  difference,  ///< as they are: arithmetic means and their differences
  ratio,       ///< by their logarithms: geometric means and their ratios; values > 0
};

/// What is known of a measurement beside its values.
struct Measurement {
  Scale scale = Scale::difference;
  double confidence = 0.95;  ///< of intervals
  /// The step in which values are counted (1 for whole epochs), 0 for none. Values that agree are
  /// known to half a step only: their variance counts as no less than that of rounding, step^2/12.
  double resolution = 0;
  /// Held-out samples over training samples where values come from overlapping training sets, as in
  /// cross-validation; else 0. The variance of a mean is then s^2 (1/n + overlap) (Nadeau and
  /// Bengio, "Inference for the generalization error", Machine Learning 2003).
  double overlap = 0;
  /// No value can lie beyond these: nor does the interval of a mean. That of a difference can.
  Interval possible = {-std::numeric_limits<double>::infinity(),
                       std::numeric_limits<double>::infinity()};
};

struct Summary {
  Index n = 0;
  double mean = 0;       ///< geometric on the scale of ratios; NaN for an empty sample
  double deviation = 0;  ///< of the values as they are, n - 1 in the denominator; 0 where n < 2
  double median = 0, minimum = 0, maximum = 0;
  /// Of the mean, by Student's t with n - 1 degrees of freedom: exact for normal values, and for
  /// log-normal ones on the scale of ratios. None where n < 2.
  std::optional<Interval> interval;
};

Summary summarize(std::span<const double> values, const Measurement& measurement = {});

/// Mean and variance of the mean's estimate, on the measurement's scale: the building block of
/// intervals. `values` already are on that scale; `rounding` is the least variance of one of them.
struct MeanEstimate {
  double mean = 0;
  double variance = 0;        ///< of one value
  double standard_error = 0;  ///< of the mean
  double degrees = 0;         ///< of freedom
};
MeanEstimate estimate_mean(std::span<const double> values, double rounding, double overlap);

/// The variance of rounding a value to a step, on the scale that it is looked at.
double rounding_variance(double value, const Measurement& measurement);

/// mean +- t standard errors, back from the scale.
Interval student_interval(const MeanEstimate& estimate, const Measurement& measurement);

/// To a measurement's scale and back: the logarithm, or the value as it is.
double to_scale(double value, Scale scale);
double from_scale(double value, Scale scale);

}  // namespace clino::statistics
