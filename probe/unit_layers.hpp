#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/parameters.hpp"
#include "layers/activations/activation.hpp"
#include "layers/model.hpp"

namespace clino {

/// An elementwise activation and what feeds it. The units of all of them are numbered through, in
/// the order of `Model::layers` as in `LayerProbe::active_units`.
struct UnitLayer {
  Index layer = 0;  ///< number in `Model::layers`
  Index first = 0;  ///< number of its first unit among those of all layers
  Index units = 0;
  std::shared_ptr<const Activation> activation = {};
  Var pre_activation = {};  ///< [units, batch]
  Var learned = {};         ///< the activation's parameter; invalid where it has none
  /// Whether a training step sees what evaluation would: no dropout, batch norm or the like before.
  bool same_in_training = true;

  // The dense layer whose output is the pre-activation; invalid where something lies between.
  Var weight = {};  ///< [units, inputs]
  Var bias = {};    ///< [units]; invalid where the layer has none
  Var input = {};   ///< [inputs, batch]
  Index inputs = 0;

  bool fed_by_dense() const { return weight.valid(); }
};

/// Those of a model. Need not outlive it.
std::vector<UnitLayer> unit_layers(const Model& model);

/// The sum of their units.
Index count_units(std::span<const UnitLayer> layers);

/// Sets `active[u]` to 1 where unit u has |phi'| >= threshold * max |phi'|, or NaN, on some column
/// of pre-activations [units, any], else to 0. Allocates nothing.
template <class T>
void mark_active(const UnitLayer& layer, Matrix<const T> pre_activation,
                 const Parameters<T>& parameters, double threshold,
                 std::span<unsigned char> active);

}  // namespace clino
