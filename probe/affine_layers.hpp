#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/parameters.hpp"
#include "layers/model.hpp"

/// \file
/// What the probes that put a net together on paper, layer by layer and without a tape, share. All
/// of it is the net in evaluation mode.

namespace clino {

/// gamma_n = n u / (1 - n u): the largest relative error of n roundings after each other, where u
/// is the unit roundoff (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed. 2002,
/// lemma 3.1). Infinite where n u >= 1.
double rounding_gamma(Index roundings, double unit_roundoff);

/// Half of the distance from 1 to the next number of the type.
template <class T>
double unit_roundoff();

/// Of the layers from a residual block on: those inside of the block, which follow it.
std::span<const Layer> inner_layers(std::span<const Layer> from_block);

/// `layer 2 (tanh)`.
std::string layer_text(const Layer& layer);

/// A parameter or buffer in double, which is exact; empty for an invalid handle.
template <class T>
std::vector<double> values_in_double(const Parameters<T>& parameters, Var var);

/// Batch norm by its running statistics: y_i = scale_i (x_i - mean_i) + bias_i.
struct FixedNormalization {
  std::vector<double> scale, mean, bias;
};

/// Roundings of one element of batch norm, at the most: in double those of 1 / sqrt(variance +
/// epsilon) are 3, in float its conversion is 1; then a difference, two products and a sum; and one
/// to spare, for the scale put together beforehand.
inline constexpr Index kNormalizationRoundings = 8;

template <class T>
FixedNormalization fixed_normalization(const Model& model, const Layer& layer,
                                       const Parameters<T>& parameters);

}  // namespace clino
