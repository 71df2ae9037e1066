#include "theory/stages.hpp"

#include "layers/activations/list.hpp"
#include "layers/initializers.hpp"
#include "theory/prediction.hpp"

namespace clino::theory {

namespace {

std::string place(const Layer& layer) { return "layer " + layer.name + " (" + layer.type + ")"; }

std::string refusal(const Model& model, const Layer& layer, bool last) {
  if (layer.activation != nullptr) {
    if (!layer.activation->elementwise()) return place(layer) + " mixes the units of a sample";
    if (model.graph.node(layer.output).operation->depends_on_mode()) {
      return place(layer) + " draws its gates";
    }
    return "";
  }
  if (layer.type != "dense") return place(layer) + " is neither dense nor an activation";
  const DenseSpread spread =
      dense_spread(*layer.init, layer.feeding_gain, layer.outputs, layer.inputs);
  if (spread.weight_mean != 0 || spread.bias_mean != 0) {
    return place(layer) + " starts from weights whose mean is not 0";
  }
  if (spread.weight_variance == 0) return place(layer) + " starts from weights that are all equal";
  if (!last && layer.outputs < kLeastWidth) {
    return place(layer) + " has " + std::to_string(layer.outputs) + " units: below " +
           std::to_string(kLeastWidth) + " single nets scatter too far about the mean";
  }
  return "";
}

/// The reason why not, or "" and the net's stages.
std::string gather(const Model& model, std::vector<Stage>& stages) {
  static const std::shared_ptr<const Activation> identity = make_activation({"identity", {}});
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    const Layer& layer = model.layers[i];
    std::string reason = refusal(model, layer, i + 1 == model.layers.size());
    if (!reason.empty()) return reason;
    if (layer.type == "dense") {
      const DenseSpread spread =
          dense_spread(*layer.init, layer.feeding_gain, layer.outputs, layer.inputs);
      stages.push_back(
          {.dense = i,
           .function = identity,
           .variances = {.weight = spread.weight_variance * static_cast<double>(layer.inputs),
                         .bias = layer.bias.valid() ? spread.bias_variance : 0},
           .width = static_cast<double>(layer.outputs)});
      continue;
    }
    if (stages.empty()) return place(layer) + " stands before the first dense layer";
    if (stages.back().activation) return place(layer) + " follows another activation";
    stages.back().activation = i;
    stages.back().function = layer.activation;
  }
  return stages.empty() ? "the net has no dense layer" : "";
}

}  // namespace

Stages find_stages(const Model& model) {
  Stages found;
  found.reason = gather(model, found.stages);
  if (!found.reason.empty()) found.stages.clear();
  return found;
}

}  // namespace clino::theory
