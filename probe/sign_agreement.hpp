#pragma once

#include <optional>

#include "core/types.hpp"

namespace clino {

/// How many of the gradients of single samples push all weights of a unit the same way. That of
/// weight row i by sample j is delta_ij h_j: it has one sign exactly when delta_ij is not 0 and the
/// inputs h_j that are not 0 share one. A unit fed by such samples alone can only move all its
/// weights up or all down, and has to zig-zag to where some should rise and others fall (LeCun et
/// al. 1998): the price of activations that are not zero-centred, such as sigmoid.
///
/// The share of the pairs (i, j) whose gradient is not zero; none where every gradient is. `inputs`
/// is [inputs, batch], `delta` = dL/d output [outputs, batch]. A sample with a NaN among its inputs
/// has no one sign; pairs whose delta is NaN are left out. Allocates nothing.
///
/// `one_sign` saves looking at all inputs: the caller knows that none is negative, or NaN.
template <class T>
std::optional<double> same_sign_fraction(Matrix<const T> inputs, Matrix<const T> delta,
                                         bool one_sign = false);

}  // namespace clino
