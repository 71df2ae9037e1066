#pragma once

#include <span>
#include <vector>

#include "claims/claim.hpp"
#include "layers/model.hpp"
#include "train/experiment.hpp"

/// \file
/// The units of a net over its whole training part.

namespace clino::claims {

/// The numbers in `Model::layers` of its elementwise activations.
std::vector<std::size_t> activation_layers(const Model& model);

/// The largest pre-activation of each unit of the first activation, which a dense layer feeds.
template <class T>
std::vector<double> largest_inputs(Experiment<T>& experiment);

/// Makes so many first units negative on every sample of the training part, by their biases: the
/// largest pre-activation of each becomes -`margin`.
template <class T>
void push_below(Experiment<T>& experiment, Index units, double margin);

/// For each unit of all elementwise activations 1 where the library's scan finds a sample on which
/// it is active, else 0: the unit is dead.
template <class T>
std::vector<unsigned char> find_active(Experiment<T>& experiment);

/// The share of units that the scan finds dead.
template <class T>
double dead_share(Experiment<T>& experiment);

}  // namespace clino::claims
