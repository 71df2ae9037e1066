#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/options.hpp"
#include "layers/model.hpp"

/// \file
/// How a layer is recorded. A new kind of layer is a recipe in a file of its own and an entry in
/// list.cpp; its name in configs, the check of its options, the schema and `clino list` follow.

namespace clino {

/// A net while it is being recorded, one layer after the other.
struct Recorder {
  Graph& graph;
  const Choice& init;          ///< of dense layers that have none of their own
  std::vector<Layer>& layers;  ///< recorded so far
  Var value;                   ///< what the next layer reads [features, batch]
  /// The activation that `value` comes from, directly or through dropout; null where none does.
  std::shared_ptr<const Activation> feeding = {};

  /// Records layers called `prefix`0, `prefix`1, ... and moves `value` to the last one's output.
  void add(const std::vector<LayerSpec>& specs, const std::string& prefix);
  void add(const LayerSpec& spec, const std::string& name);
};

/// A kind of layer. `record` gets a layer with name, type and input, and gives it back with its
/// output and what else it has; `recorder.value` is moved for it. `spec.choice` is complete.
struct Recipe {
  CatalogueEntry entry;
  Layer (*record)(Recorder& recorder, const LayerSpec& spec, Layer layer);
};

Recipe dense_recipe();
Recipe batch_norm_recipe();
Recipe layer_norm_recipe();
Recipe dropout_recipe();
Recipe residual_recipe();

/// Every kind of layer that is not an activation.
const std::vector<Recipe>& recipes();

}  // namespace clino
