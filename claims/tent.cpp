#include "claims/tent.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>

namespace clino::claims {

namespace {

/// Column-major.
template <class T>
void set(Parameters<T>& parameters, Var var, std::initializer_list<double> values) {
  std::ranges::transform(values, parameters.value(var).data,
                         [](double value) { return static_cast<T>(value); });
}

}  // namespace

template <class T>
Net<T> folded_tent(int folds, const Setting& setting) {
  const std::vector<Index> widths(static_cast<std::size_t>(folds), 2);
  Net<T> net = make_net<T>({.layers = hidden_layers(widths, {.type = "relu"})}, setting, 1);
  bool first = true;
  for (const Layer& layer : net.model.layers) {
    if (layer.type != "dense") continue;
    if (first) {
      set(net.parameters, layer.weight, {.5, .5});
      set(net.parameters, layer.bias, {.5, 0});
    } else if (layer.outputs == 2) {
      set(net.parameters, layer.weight, {2, 2, -4, -4});
      set(net.parameters, layer.bias, {0, -.5});
    } else {
      set(net.parameters, layer.weight, {2, -4});
      set(net.parameters, layer.bias, {0});
    }
    first = false;
  }
  return net;
}

template Net<float> folded_tent(int, const Setting&);
template Net<double> folded_tent(int, const Setting&);

double tent_value(double x, int folds) {
  double u = (x + 1) / 2;
  for (int i = 0; i < folds; ++i) u = 1 - std::abs(2 * u - 1);
  return u;
}

}  // namespace clino::claims
