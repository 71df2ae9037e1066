#pragma once

#include <optional>
#include <span>
#include <vector>

#include "statistics/sample.hpp"

/// \file
/// Times to an event that some never meet while they are watched: what is known of those is that
/// their time is longer. Leaving them out would flatter the slow.

namespace clino::statistics {

struct Observation {
  double time = 0;       ///< of the event, or how long it was watched for without
  bool happened = true;  ///< else the time is censored
};

/// From `time` on, up to the next step, this share has not met the event.
struct SurvivalStep {
  double time = 0;
  double surviving = 1;
};

struct Survival {
  std::vector<SurvivalStep> steps;  ///< the first at time 0
  /// The first time at which no more than half survive; none where it does not come to that.
  std::optional<double> median;
  /// Mean of the time cut off at the horizon: the area under the curve up to there.
  double restricted_mean = 0;
  /// Of the restricted mean, by Student's t with n - 1 degrees of freedom; none where n < 2.
  std::optional<Interval> restricted_mean_interval;
};

/// The product-limit estimate of Kaplan and Meier (1958). Variance of the restricted mean after
/// Greenwood (1926), times n / (n - 1): without censoring before the horizon that is the sample
/// variance of the mean of min(time, horizon). Of a measurement confidence, resolution and overlap
/// count: see `Measurement`. The interval ends at 0 and at the horizon.
Survival kaplan_meier(std::span<const Observation> observations, double horizon,
                      const Measurement& measurement = {});

}  // namespace clino::statistics
