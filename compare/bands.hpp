#pragma once

#include <string>
#include <vector>

#include "compare/comparison.hpp"

/// \file
/// The runs of a variation as one curve with its spread.

namespace clino::compare {

/// Which curve of a run is looked at.
struct Metric {
  std::vector<double> Curves::*curve = &Curves::train_loss;
  std::string title;  ///< `validation accuracy`
  bool loss = true;
  bool target = false;  ///< it is the one that the target is of
};

/// The target's metric; without a target the accuracy where there is one, or the loss; of the
/// validation part where there is one.
Metric shown_metric(const Comparison& comparison);

/// Over the runs of a variation, by epoch. It ends where fewer than half of the runs go on: what
/// is left is no picture of all. A loss that is not finite counts as infinite.
struct Band {
  std::vector<double> epochs, minimum, lower, median, upper, maximum;
};
/// At most about `points` epochs, the first and the last among them; evenly, or for a log axis.
Band band_of(const Comparison& comparison, const VariationResult& variation, const Metric& metric,
             std::size_t points, bool log_epochs = false);

/// Between neighbours in order by linear interpolation; `sorted` is not empty.
double quantile(const std::vector<double>& sorted, double share);

}  // namespace clino::compare
