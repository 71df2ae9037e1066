#include "probe/unit_layers.hpp"

#include <algorithm>
#include <cstddef>

namespace clino {

namespace {

/// For each value whether a training step may compute another one than evaluation.
std::vector<char> mode_dependent(const Graph& graph) {
  std::vector<char> depends(static_cast<std::size_t>(graph.size()), 0);
  for (Index i = 0; i < graph.size(); ++i) {
    const Node& node = graph.node(Var{i});
    if (node.operation == nullptr) continue;
    const bool behind = std::ranges::any_of(node.inputs, [&](Var input) {
      return depends[static_cast<std::size_t>(input.index)] != 0;
    });
    depends[static_cast<std::size_t>(i)] = behind || node.operation->depends_on_mode() ? 1 : 0;
  }
  return depends;
}

void find_dense(const Model& model, UnitLayer& unit_layer) {
  for (const Layer& layer : model.layers) {
    if (layer.type != "dense" || layer.output != unit_layer.pre_activation) continue;
    unit_layer.weight = layer.weight;
    unit_layer.bias = layer.bias;
    unit_layer.input = layer.input;
    unit_layer.inputs = layer.inputs;
  }
}

}  // namespace

std::vector<UnitLayer> unit_layers(const Model& model) {
  const std::vector<char> differs = mode_dependent(model.graph);
  std::vector<UnitLayer> found;
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    const Layer& layer = model.layers[i];
    if (layer.activation == nullptr || !layer.activation->elementwise()) continue;
    UnitLayer unit_layer{
        .layer = static_cast<Index>(i),
        .first = count_units(found),
        .units = layer.outputs,
        .activation = layer.activation,
        .pre_activation = layer.input,
        .learned = layer.weight,
        .same_in_training = differs[static_cast<std::size_t>(layer.input.index)] == 0};
    find_dense(model, unit_layer);
    found.push_back(std::move(unit_layer));
  }
  return found;
}

Index count_units(std::span<const UnitLayer> layers) {
  return layers.empty() ? 0 : layers.back().first + layers.back().units;
}

template <class T>
void mark_active(const UnitLayer& layer, Matrix<const T> pre_activation,
                 const Parameters<T>& parameters, double threshold,
                 std::span<unsigned char> active) {
  const Activation& activation = *layer.activation;
  const auto learned =
      layer.learned.valid() ? parameters.value(layer.learned).elements() : std::span<const T>{};
  Index below = 0;
  activation.count_below(pre_activation, static_cast<T>(threshold * activation.max_slope()),
                         learned, active, below);
}

template void mark_active(const UnitLayer&, Matrix<const float>, const Parameters<float>&, double,
                          std::span<unsigned char>);
template void mark_active(const UnitLayer&, Matrix<const double>, const Parameters<double>&, double,
                          std::span<unsigned char>);

}  // namespace clino
