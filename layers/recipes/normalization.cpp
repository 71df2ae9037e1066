#include "core/ops/normalization.hpp"

#include "layers/recipes/recipe.hpp"

namespace clino {
namespace {

/// Weight 1 and bias 0 for each feature.
void record_affine(Recorder& recorder, Layer& layer) {
  layer.weight = recorder.graph.parameter(layer.name + ".weight", layer.inputs);
  layer.bias = recorder.graph.parameter(layer.name + ".bias", layer.inputs);
  layer.initial_weight = 1;
  recorder.feeding = nullptr;
}

Layer record_batch_norm(Recorder& recorder, const LayerSpec& spec, Layer layer) {
  record_affine(recorder, layer);
  Graph& graph = recorder.graph;
  const RunningStatistics running{
      .mean = graph.buffer(layer.name + ".running_mean", layer.inputs, 0),
      .variance = graph.buffer(layer.name + ".running_var", layer.inputs, 1),
      .num_batches = graph.buffer(layer.name + ".num_batches_tracked", 1, 0, 0)};
  layer.output = batch_norm(graph, layer.input, layer.weight, layer.bias, running,
                            spec.choice.get<double>("epsilon"), spec.choice.get<double>("momentum"),
                            layer.name);
  return layer;
}

Layer record_layer_norm(Recorder& recorder, const LayerSpec& spec, Layer layer) {
  record_affine(recorder, layer);
  layer.output = layer_norm(recorder.graph, layer.input, layer.weight, layer.bias,
                            spec.choice.get<double>("epsilon"), layer.name);
  return layer;
}

Option epsilon() {
  return {.name = "epsilon",
          .default_value = 1e-5,
          .description = "added to the variance",
          .range = kPositive};
}

}  // namespace

Recipe batch_norm_recipe() {
  return {{"batch_norm",
           "each feature to mean 0 and variance 1 over the batch, then scaled and shifted",
           {epsilon(),
            {.name = "momentum",
             .default_value = 0.1,
             .description = "share by which running statistics move to the batch's",
             .range = kUnit}}},
          record_batch_norm};
}

Recipe layer_norm_recipe() {
  return {{"layer_norm",
           "each sample to mean 0 and variance 1 over its features, then scaled and shifted",
           {epsilon()}},
          record_layer_norm};
}

}  // namespace clino
