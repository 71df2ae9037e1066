#pragma once

#include <span>
#include <vector>

#include "claims/check.hpp"
#include "claims/claim.hpp"
#include "theory/prediction.hpp"
#include "train/config.hpp"

/// \file
/// Nets at their initialisation: one pass upwards and one downwards for each of many seeds, beside
/// what the theory says of them.

namespace clino::claims {

/// What one pass left behind, for each dense layer from the first to the output layer.
struct Signal {
  std::vector<double> lengths;           ///< mean square of the output
  std::vector<double> deltas;            ///< |dL/d output|^2
  std::vector<double> weight_gradients;  ///< |dL/d weight|^2
};

/// The net of a config, for so many seeds (of data and weights), on one sample, whose inputs are
/// scaled so that their mean square is 1.
std::vector<Signal> measure_signals(const Config& config, const Setting& setting,
                                    std::size_t seeds);

/// What the theory says of the same: one for each dense layer, deltas relative to the output
/// layer's. Throws `UsageError` where it says nothing.
struct PredictedSignal {
  std::vector<theory::Predicted> lengths, deltas;
};
PredictedSignal predict_signal(const Config& config, const Setting& setting);

/// By how much the logarithm of a mean square changes from one layer to the next, by a straight
/// line through the logarithms of the means over the seeds.
struct LogSlope {
  double slope = 0;
  Interval interval = {};  ///< by the jackknife over the seeds, confidence 1 - kFalseAlarm
};
/// `squares[seed][layer]`; the fit ends before the first layer with a mean below `least`.
LogSlope log_slope(std::span<const std::vector<double>> squares, double least = 1e-60);

/// The line through given values, such as predicted ones.
double log_slope(std::span<const double> squares);

/// Of each signal the same series.
std::vector<std::vector<double>> series(std::span<const Signal> signals,
                                        std::vector<double> Signal::*member);

/// Root of the mean over the seeds, for each layer, relative to the last layer's.
std::vector<double> root_means(std::span<const std::vector<double>> squares);

}  // namespace clino::claims
