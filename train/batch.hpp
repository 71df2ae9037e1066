#pragma once

#include <span>

#include "core/tape.hpp"
#include "data/dataset.hpp"
#include "layers/model.hpp"

namespace clino {

/// Gathers samples into the inputs of a net's tape, which has that many columns from then on.
/// Returns the batch's weight in a mean: the sum of its sample and class weights, which the loss
/// divides by. `class_weights` is empty for ones, `next` as `Dataset::fill` has it. Allocates
/// nothing.
template <class T>
double fill_batch(Tape<T>& tape, const Model& model, const Dataset<T>& dataset,
                  std::span<const Index> indices, std::span<const double> class_weights,
                  std::span<const Index> next = {});

}  // namespace clino
