#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/options.hpp"
#include "core/types.hpp"

/// \file
/// What the best affine map of the inputs could reach on given samples: what a net has to beat to
/// have gained anything by its depth.

namespace clino {

/// Samples in columns. Views: they must outlive the call.
struct LinearSamples {
  Matrix<const double> inputs;                 ///< [inputs, n]
  Matrix<const double> targets;                ///< [outputs, n], or class numbers [1, n]
  Matrix<const double> weights = {};           ///< [1, n]; empty for ones
  std::span<const double> class_weights = {};  ///< of the loss; empty for ones
};

struct BestLinearLoss {
  double loss = 0;  ///< the lowest loss that W x + b has on the samples, or its infimum
  /// False where no W and b reach it: samples that can be separated have the infimum 0, which the
  /// loss comes as near to as one likes while the weights grow for ever.
  bool attained = true;
  /// W [outputs, inputs] and b [outputs] that have this loss; where it is not attained, those at
  /// which the search ended.
  std::vector<double> weight = {};
  std::vector<double> bias = {};
};

/// Why the best linear loss is left out: a loss without smooth minimum (mae, huber), or a problem
/// too large to solve at once. None where it is not.
std::optional<std::string> why_no_best_linear_loss(const Choice& loss, Index inputs, Index outputs,
                                                   Index samples);

/// The minimum over all W [outputs, inputs] and b of the loss of W x + b: the weighted mean that
/// the training minimises, with temperature, label smoothing and class weights. For mse by least
/// squares (a QR decomposition with column pivoting of the centred and scaled inputs; directions
/// below 1e-10 of the largest count as dependent), for softmax_cross_entropy and
/// binary_cross_entropy by `minimize_cross_entropy`. All in double. Throws `UsageError` for what
/// `why_no_best_linear_loss` names, samples that do not fit together or are not finite, and targets
/// that are no class; `NumericalError` where the search does not converge.
BestLinearLoss best_linear_loss(const Choice& loss, Index outputs, const LinearSamples& samples);

}  // namespace clino
