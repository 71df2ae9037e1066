#include <algorithm>
#include <utility>

#include "core/errors.hpp"
#include "layers/activations/list.hpp"
#include "layers/layer_catalogue.hpp"
#include "layers/recipes/recipe.hpp"

namespace clino {
namespace {

Layer record_activation(Recorder& recorder, std::shared_ptr<const Activation> activation,
                        Layer layer) {
  const RecordedActivation recorded = activation->record(recorder.graph, layer.input, layer.name);
  layer.type = activation->name();
  layer.output = recorded.output;
  layer.weight = recorded.weight;
  layer.initial_weight = recorded.initial_weight;
  layer.activation = std::move(activation);
  recorder.feeding = layer.activation;
  return layer;
}

/// What belongs to one kind of layer alone is not silently ignored in another.
void check_fields(const LayerSpec& spec, const std::string& type, const std::string& name) {
  const auto refuse = [&](const std::string& field, const std::string& owner) {
    throw UsageError("layer " + name + " (" + type + ") has \"" + field + "\", which belongs to " +
                     owner + " layers");
  };
  if (spec.init.has_value() && type != "dense") refuse("init", "dense");
  if (!spec.layers.empty() && type != "residual") refuse("layers", "residual");
}

Layer record_layer(Recorder& recorder, LayerSpec spec, Layer layer) {
  if (spec.activation != nullptr) {
    check_fields(spec, spec.activation->name(), layer.name);
    return record_activation(recorder, spec.activation, std::move(layer));
  }
  spec.choice = complete(layer_catalogue(), std::move(spec.choice), "layer " + layer.name);
  layer.type = spec.choice.type;
  check_fields(spec, layer.type, layer.name);
  const auto recipe = std::find_if(recipes().begin(), recipes().end(), [&](const Recipe& each) {
    return each.entry.name == layer.type;
  });
  if (recipe != recipes().end()) return recipe->record(recorder, spec, std::move(layer));
  return record_activation(recorder, make_activation(spec.choice), std::move(layer));
}

Index learned(const Graph& graph, Var var) {
  return var.valid() ? graph.shape(var).rows * graph.shape(var).columns : 0;
}

}  // namespace

void Recorder::add(const std::vector<LayerSpec>& specs, const std::string& prefix) {
  for (std::size_t i = 0; i < specs.size(); ++i) add(specs[i], prefix + std::to_string(i));
}

void Recorder::add(const LayerSpec& spec, const std::string& name) {
  // The place is taken first: a residual block stands before its layers.
  const std::size_t place = layers.size();
  layers.emplace_back();
  Layer layer =
      record_layer(*this, spec, {.name = name, .input = value, .inputs = graph.shape(value).rows});
  layer.outputs = graph.shape(layer.output).rows;
  layer.parameters = learned(graph, layer.weight) + learned(graph, layer.bias);
  value = layer.output;
  layers[place] = std::move(layer);
}

}  // namespace clino
