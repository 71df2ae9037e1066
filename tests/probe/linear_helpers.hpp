#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/random.hpp"
#include "core/tape.hpp"
#include "layers/activations/erase.hpp"
#include "layers/model.hpp"
#include "tests/layers/model_helpers.hpp"

namespace clino::test {

/// A net whose every number is drawn, biases and running statistics too, so that nothing is 0 or 1
/// by chance.
template <class T>
struct DrawnNet {
  explicit DrawnNet(const ModelSpec& spec, std::uint64_t seed = 1)
      : model(build_model(spec)), parameters(model.graph) {
    initialize(model, parameters, seed);
    Random random(seed, stream_id("linear_helpers"));
    for (T& value : parameters.values()) value += static_cast<T>(0.2 * random.normal());
    for (T& value : parameters.buffers()) value += static_cast<T>(0.3 + 0.5 * random.uniform());
  }

  /// What the tape answers to columns of inputs, column-major.
  std::vector<T> answers(const std::vector<T>& inputs) {
    const Index rows = model.graph.shape(model.input).rows;
    Tape<T> tape(model.graph, parameters,
                 {.max_batch = std::ssize(inputs) / rows, .mode = TapeMode::evaluate});
    std::copy(inputs.begin(), inputs.end(), tape.input(model.input).data);
    tape.forward({}, model.prediction);
    const auto values = std::as_const(tape).value(model.prediction).elements();
    return {values.begin(), values.end()};
  }

  Model model;
  Parameters<T> parameters;
};

template <class T>
std::vector<T> normals(Index count, std::uint64_t seed = 9) {
  Random random(seed, stream_id("normals"));
  std::vector<T> values;
  values.reserve(static_cast<std::size_t>(count));
  for (Index i = 0; i < count; ++i) values.push_back(static_cast<T>(random.normal()));
  return values;
}

/// Calls itself identity, and is it to a thousandth.
struct AlmostIdentity {
  static constexpr std::string_view name = "identity";
  static constexpr Needs needs = Needs::input;
  static constexpr bool piecewise_linear = true;

  template <class V>
  V value(V x) const {
    return x < V{0} ? static_cast<V>(0.999) * x : x;
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    return x < V{0} ? static_cast<V>(0.999) : V{1};
  }
};

template <class A>
LayerSpec own_activation(A function) {
  return {.choice = {}, .activation = erase_activation(std::move(function))};
}

}  // namespace clino::test
