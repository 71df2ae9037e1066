#pragma once

#include <span>

#include "core/types.hpp"

/// \file
/// Norms of gradients, and keeping gradients within bounds before an update.

namespace clino {

/// Sum of (after - before)^2, in the fixed order of core/kernels/reduce.hpp. Both spans have one
/// size. 0 where they hold the same bits, whatever these are.
template <class T>
double squared_distance(std::span<const T> after, std::span<const T> before);

/// Scales gradients of the given Euclidean norm down to `max_norm`, and returns the scale:
/// min(1, max_norm / (norm + 1e-6)), as PyTorch's clip_grad_norm_. The norm is that of all
/// gradients together, sqrt(kernels::squared_norm(gradients)); it is passed in because the log
/// wants it too. A norm that is not a number makes every gradient NaN, as there.
template <class T>
double clip_by_norm(std::span<T> gradients, double norm, double max_norm);

/// Moves each gradient into [-max_value, max_value], as PyTorch's clip_grad_value_. NaN stays NaN.
template <class T>
void clip_by_value(std::span<T> gradients, double max_value);

}  // namespace clino
