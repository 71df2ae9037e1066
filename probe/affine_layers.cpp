#include "probe/affine_layers.hpp"

#include <cmath>
#include <limits>

namespace clino {

double rounding_gamma(Index roundings, double unit_roundoff) {
  const double product = static_cast<double>(roundings) * unit_roundoff;
  return product < 1 ? product / (1 - product) : std::numeric_limits<double>::infinity();
}

template <class T>
double unit_roundoff() {
  return static_cast<double>(std::numeric_limits<T>::epsilon()) / 2;
}

std::span<const Layer> inner_layers(std::span<const Layer> from_block) {
  const std::string prefix = from_block.front().name + ".";
  std::size_t end = 1;
  while (end < from_block.size() && from_block[end].name.starts_with(prefix)) ++end;
  return from_block.subspan(1, end - 1);
}

std::string layer_text(const Layer& layer) {
  return "layer " + layer.name + " (" + layer.type + ")";
}

template <class T>
std::vector<double> values_in_double(const Parameters<T>& parameters, Var var) {
  if (!var.valid()) return {};
  const Matrix<const T> values = parameters.value(var);
  return {values.data, values.data + values.size()};
}

template <class T>
FixedNormalization fixed_normalization(const Model& model, const Layer& layer,
                                       const Parameters<T>& parameters) {
  // The operation reads x, weight, bias, running mean, running variance, number of batches.
  const Node& node = model.graph.node(layer.output);
  const double epsilon = std::get<double>(node.operation->attributes().at("epsilon"));
  FixedNormalization result{.scale = values_in_double(parameters, layer.weight),
                            .mean = values_in_double(parameters, node.inputs[3]),
                            .bias = values_in_double(parameters, layer.bias)};
  const std::vector<double> variance = values_in_double(parameters, node.inputs[4]);
  for (std::size_t i = 0; i < variance.size(); ++i) {
    result.scale[i] *= 1 / std::sqrt(variance[i] + epsilon);
  }
  return result;
}

#define CLINO_INSTANTIATE(T)                                                \
  template double unit_roundoff<T>();                                       \
  template std::vector<double> values_in_double(const Parameters<T>&, Var); \
  template FixedNormalization fixed_normalization(const Model&, const Layer&, const Parameters<T>&);
CLINO_INSTANTIATE(float)
CLINO_INSTANTIATE(double)
#undef CLINO_INSTANTIATE

}  // namespace clino
