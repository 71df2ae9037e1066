#include "core/ops/ops.hpp"
#include "layers/activations/activation.hpp"
#include "layers/initializers.hpp"
#include "layers/recipes/recipe.hpp"

namespace clino {
namespace {

/// y = weight x + bias, with weight [units, inputs].
Layer record_dense(Recorder& recorder, const LayerSpec& spec, Layer layer) {
  const auto units = static_cast<Index>(spec.choice.get<std::int64_t>("units"));
  Graph& graph = recorder.graph;
  layer.weight = graph.parameter(layer.name + ".weight", units, layer.inputs);
  if (spec.choice.get<bool>("bias")) {
    layer.bias = graph.parameter(layer.name + ".bias", units);
    layer.output = affine(graph, layer.weight, layer.bias, layer.input, layer.name);
  } else {
    layer.output = matmul(graph, layer.weight, layer.input, layer.name);
  }
  layer.init =
      complete_initializer(spec.init.value_or(recorder.init), "initializer of layer " + layer.name);
  // Not every activation has a gain, and only `auto` asks for it.
  if (layer.init->type == "auto" && recorder.feeding != nullptr) {
    layer.feeding_gain = forward_gain(*recorder.feeding);
  }
  recorder.feeding = nullptr;
  return layer;
}

}  // namespace

Recipe dense_recipe() {
  return {{"dense",
           "weight x + bias; its key `init` holds an initialiser",
           {{.name = "units",
             .types = kInteger,
             .default_value = {},
             .description = "outputs",
             .range = {.minimum = 1, .maximum = 1 << 24},
             .required = true},
            {.name = "bias",
             .types = kBoolean,
             .default_value = true,
             .description = "whether there is a bias"}}},
          record_dense};
}

}  // namespace clino
