#pragma once

#include <cstdint>
#include <string_view>

#include "core/options.hpp"
#include "core/types.hpp"

/// \file
/// First values of a dense layer's weights [outputs, inputs] and bias [outputs, 1].
///
/// All draws are made in double, in a fixed order, from the stream that the seed and the layer's
/// name give: standard normals (or uniforms) first, scaled afterwards. So nets of float and of
/// double start from the same numbers, and two runs that differ only in the scale of an
/// initialiser start from the same draws. `randomized_asymmetric` overwrites one of each unit's
/// numbers after all of them are drawn.

namespace clino {

/// Every initialiser with its options: zeros, constant, normal, uniform, xavier_*, he_*, lecun_*,
/// orthogonal, standard, randomized_asymmetric and auto.
const Catalogue& initializer_catalogue();

/// `complete` with the initialiser catalogue, and what no single option can say: `std` and
/// `sigma_w` exclude each other, `low` is at most `high`. Throws `UsageError`,
/// which calls it `what`.
Choice complete_initializer(Choice init, std::string_view what = "initializer");

/// What `initialize_dense` draws a layer's numbers from, by its first two moments.
struct DenseSpread {
  double weight_mean = 0, weight_variance = 0;
  double bias_mean = 0, bias_variance = 0;
};

/// The spread of a layer with weights [outputs, inputs] and a bias. Throws `UsageError` as
/// `complete_initializer`.
DenseSpread dense_spread(const Choice& init, double feeding_gain, Index outputs, Index inputs);

/// Fills the weights and the bias of the layer called `layer_name`. An empty `bias` view is left
/// out. `feeding_gain`: forward-preserving gain of the activation that feeds the layer, which
/// `auto` scales by; 1 where none does. Throws `UsageError` as `complete_initializer`.
template <class T>
void initialize_dense(const Choice& init, double feeding_gain, std::uint64_t seed,
                      std::string_view layer_name, Matrix<T> weight, Matrix<T> bias);

}  // namespace clino
