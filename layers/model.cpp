#include "layers/model.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

#include "core/errors.hpp"
#include "layers/initializers.hpp"
#include "layers/losses.hpp"
#include "layers/recipes/recipe.hpp"

namespace clino {
namespace {

LayerSpec dense(Index units) {
  return {.choice = {"dense", {{"units", static_cast<std::int64_t>(units)}}}};
}

void check(const ModelSpec& spec) {
  const auto require_one = [](Index count, const std::string& what) {
    if (count < 1) {
      throw UsageError("a model needs at least 1 " + what + ", found " + std::to_string(count));
    }
  };
  require_one(spec.inputs, "input");
  require_one(spec.outputs, "output");
}

}  // namespace

Index Model::parameters() const {
  Index sum = 0;
  for (const Layer& layer : layers) sum += layer.parameters;
  return sum;
}

Model build_model(const ModelSpec& spec) {
  check(spec);
  Model model;
  Graph& graph = model.graph;
  model.input = graph.input("input", spec.inputs);
  model.target = graph.input("target", target_rows(target_kind(spec.loss.type), spec.outputs));
  if (spec.sample_weights) model.sample_weight = graph.input("sample_weight", 1);
  if (spec.teaching) model.teacher = graph.input("teacher", spec.outputs);

  Recorder recorder{
      .graph = graph, .init = spec.init, .layers = model.layers, .value = model.input};
  recorder.add(spec.layers, "");
  recorder.add(dense(spec.outputs), std::to_string(spec.layers.size()));
  model.prediction = recorder.value;
  model.target_loss =
      record_loss(graph, spec.loss, model.prediction, model.target, model.sample_weight,
                  spec.class_weights, spec.teaching ? "target_loss" : "loss");
  model.loss = model.target_loss;
  if (spec.teaching) {
    model.loss =
        record_teaching(graph, spec.loss, model.target_loss, model.prediction, model.teacher,
                        model.target, model.sample_weight, spec.class_weights, *spec.teaching);
  }
  return model;
}

template <class T>
void initialize(const Model& model, Parameters<T>& parameters, std::uint64_t seed) {
  const auto view = [&](Var var) { return var.valid() ? parameters.value(var) : Matrix<T>{}; };
  for (const Layer& layer : model.layers) {
    const Matrix<T> weight = view(layer.weight);
    const Matrix<T> bias = view(layer.bias);
    if (layer.init.has_value()) {
      initialize_dense(*layer.init, layer.feeding_gain, seed, layer.name, weight, bias);
    } else {
      std::ranges::fill(weight.elements(), static_cast<T>(layer.initial_weight));
      std::ranges::fill(bias.elements(), T{0});
    }
  }
}

template void initialize(const Model&, Parameters<float>&, std::uint64_t);
template void initialize(const Model&, Parameters<double>&, std::uint64_t);

std::vector<LayerSpec> hidden_layers(std::span<const Index> widths, const Choice& activation) {
  std::vector<LayerSpec> layers;
  for (const Index width : widths) {
    layers.push_back(dense(width));
    layers.push_back({.choice = activation});
  }
  return layers;
}

}  // namespace clino
