#pragma once

#include <string>

#include "core/graph.hpp"

namespace clino {

/// Running statistics of batch norm: buffers that are saved with the parameters.
struct RunningStatistics {
  Var mean;         ///< [features, 1], starts at 0
  Var variance;     ///< [features, 1], starts at 1
  Var num_batches;  ///< [1, 1], starts at 0; exact up to 2^24 in float
};

/// Batch norm over the columns (Ioffe and Szegedy 2015), for x [features, batch] and weight, bias
/// [features, 1]:
///
///     y = weight (x - m) / sqrt(v + epsilon) + bias
///
/// In `Mode::train` m and v are the batch's mean and (biased) variance, and the running statistics
/// move by  running += momentum (batch - running), with the unbiased variance, as in PyTorch. A
/// batch of one sample has no unbiased variance: it is normalised with v = 0, so y = bias, and the
/// running statistics are left alone. In `Mode::evaluate` m and v are the running ones. Statistics
/// that are not buffers are never moved.
///
/// Throws `ShapeError` where shapes do not fit, and `UsageError` for epsilon < 0, a momentum
/// outside [0, 1], and where some of the running statistics are buffers and others are not.
Var batch_norm(Graph& graph, Var x, Var weight, Var bias, const RunningStatistics& running,
               double epsilon = 1e-5, double momentum = 0.1, std::string label = "");

/// Layer norm over the features of each column (Ba, Kiros and Hinton 2016), with the column's mean
/// m and biased variance v; shapes and formula as for batch norm.
Var layer_norm(Graph& graph, Var x, Var weight, Var bias, double epsilon = 1e-5,
               std::string label = "");

}  // namespace clino
