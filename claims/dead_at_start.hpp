#pragma once

#include <span>
#include <vector>

#include "claims/claim.hpp"

/// \file
/// ReLU units that are inactive before the first step, seen by the library's layer probe.

namespace clino::claims {

/// Nets of one hidden layer, looked at on Gaussian samples.
struct BiasNets {
  Index inputs = 8;    ///< each weight has the variance 1 / inputs
  Index units = 100;   ///< of the hidden layer
  Index samples = 64;  ///< M
  std::size_t nets = 200;
};

/// With the bias -b: P(w . x_m < b for all M samples x_m of independent standard normals), over
/// normal weights w. Given |w| that is Phi(b / |w|)^M, and |w|^2 has a chi-square distribution.
double predicted_dead(const BiasNets& nets, double b);

/// For each bias the share of dead units in each net. The biases are looked at with the same nets.
std::vector<std::vector<double>> dead_by_bias(const Setting& setting, const BiasNets& nets,
                                              std::span<const double> biases);

/// How many of so many nets, with He's weights and no biases, have a layer that is dead on all of
/// three inputs that lie on one ray.
Index count_dead_nets(const Setting& setting, Index width, Index depth, Index nets);

/// The nets of the correlation map.
inline constexpr std::size_t kMapDepth = 10, kMapNets = 32;
inline constexpr Index kMapWidth = 256;
inline constexpr Index kMapPairs = 16;  ///< of inputs, all orthogonal and of one length

/// For each layer the shares of units that are inactive on both inputs of a pair, averaged over the
/// pairs, one share for each net. He's weights, no biases.
std::vector<std::vector<double>> inactive_on_both(const Setting& setting);

/// By how much the mean share in a layer may be off because the nets are not infinitely wide. Each
/// layer scatters the correlation by a variance of at most 1 / width; half the second derivatives
/// of the map and of asin / 2 pi make a shift of at most a quarter of that.
double map_bias(std::size_t layer);

}  // namespace clino::claims
