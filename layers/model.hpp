#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/graph.hpp"
#include "core/options.hpp"
#include "core/parameters.hpp"
#include "layers/losses.hpp"

/// \file
/// From a description of a net to a recorded graph with named nodes. Layers are recipes: they
/// record, they never compute. Names are those of `torch.nn.Sequential`: the layers count from 0,
/// an activation is a layer of its own, and inside a residual block names are paths (`3.0`).

namespace clino {

class Activation;

/// One layer as a config writes it.
struct LayerSpec {
  Choice choice;  ///< an entry of `layer_catalogue`; absent options get their defaults
  std::optional<Choice> init = {};  ///< dense: this instead of the model's initialiser
  /// An activation that no catalogue knows: a user's own. Then `choice` is not looked at.
  std::shared_ptr<const Activation> activation = {};
  std::vector<LayerSpec> layers = {};  ///< residual: the layers of the block

  bool operator==(const LayerSpec&) const = default;
};

/// A net as a config writes it. The output layer, dense without activation, is not among `layers`:
/// the builder adds it.
struct ModelSpec {
  Index inputs = 1;
  Index outputs = 1;
  std::vector<LayerSpec> layers = {};
  Choice init = {.type = "auto"};
  Choice loss = {.type = "mse"};
  /// One for each class, as `resolve_class_weights` gives them; empty for ones.
  std::vector<double> class_weights = {};
  /// Whether batches bring a weight for each sample.
  bool sample_weights = false;
  /// Whether batches bring the logits of a teacher, and what they count.
  std::optional<Teaching> teaching = {};
};

/// One layer of a recorded net.
struct Layer {
  std::string name = {};  ///< `0`, `3.0`
  std::string type = {};  ///< `dense`, `batch_norm`, or the activation's name
  Var input = {};         ///< [inputs, batch]
  Var output = {};        ///< [outputs, batch]
  Var weight = {};        ///< invalid where the layer has none
  Var bias = {};          ///< invalid where the layer has none
  Index inputs = 0;
  Index outputs = 0;
  Index parameters = 0;  ///< learned numbers of the layer's own; a residual block has none
  /// Null for a layer that is not an activation.
  std::shared_ptr<const Activation> activation = {};
  std::optional<Choice> init = {};  ///< dense: how it starts
  double feeding_gain = 1;    ///< dense: forward-preserving gain of the activation that feeds it
  double initial_weight = 0;  ///< other layers with a weight: the value it starts at
};

/// A recorded net and the handles of its values.
struct Model {
  Graph graph;
  Var input;          ///< `input` [inputs, batch]
  Var target;         ///< `target` [1 or outputs, batch]
  Var sample_weight;  ///< `sample_weight` [1, batch]; invalid unless the spec asked for it
  Var teacher;        ///< `teacher` [outputs, batch], logits; invalid unless the spec asked for it
  Var prediction;     ///< output of the last dense layer [outputs, batch]
  Var loss;           ///< `loss` [1, 1]: what training makes small
  Var target_loss;    ///< of the targets alone, without a teacher: what metrics report [1, 1]
  /// In the order of `torch`'s `named_modules`: a residual block stands before its layers.
  std::vector<Layer> layers;

  /// Learned numbers of all layers.
  Index parameters() const;
};

/// Records the net with its loss. Parameters and buffers are called `0.weight`, `0.bias`,
/// `1.running_mean`. Throws `UsageError` or `ShapeError` naming the layer.
Model build_model(const ModelSpec& spec);

/// Gives every parameter of the model its first value: dense layers by their initialiser,
/// normalisation 1 and 0, learned slopes their default. A function of the seed and of the layers'
/// names alone.
template <class T>
void initialize(const Model& model, Parameters<T>& parameters, std::uint64_t seed);

/// What a config's `hidden` and `activation` stand for: dense, activation, dense, activation...
std::vector<LayerSpec> hidden_layers(std::span<const Index> widths, const Choice& activation);

}  // namespace clino
