#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/random.hpp"
#include "layers/activations/activation.hpp"
#include "probe/unit_history.hpp"

namespace clino::test {

/// A net with a training set of random samples, scanned and observed as a run would.
template <class T>
struct FollowedNet {
  Model model;
  Index samples;
  Parameters<T> parameters;
  std::vector<T> inputs;  ///< [features, samples]
  Tape<T> training;
  Tape<T> evaluation;
  LayerProbe<T> probe;
  UnitHistory<T> history;
  Index scanned = 0;  ///< samples that scans have asked for
  std::function<void(std::span<const Index>)> fill = [this](std::span<const Index> indices) {
    scanned += std::ssize(indices);
    fill_tape(evaluation, indices);
  };

  explicit FollowedNet(const ModelSpec& spec, Index sample_count = 300, Index scan_batch = 64,
                       std::uint64_t seed = 1)
      : model(build_model(spec)),
        samples(sample_count),
        parameters(model.graph),
        inputs(static_cast<std::size_t>(spec.inputs * sample_count)),
        training(model.graph, parameters, {.max_batch = std::min<Index>(16, sample_count)}),
        evaluation(model.graph, parameters, {.max_batch = scan_batch, .mode = TapeMode::evaluate}),
        probe(model, parameters),
        history(model) {
    initialize(model, parameters, seed);
    Random random(seed, stream_id("unit_test"));
    for (T& x : inputs) x = static_cast<T>(random.normal());
  }
  FollowedNet(const FollowedNet&) = delete;
  FollowedNet& operator=(const FollowedNet&) = delete;

  void fill_tape(Tape<T>& tape, std::span<const Index> indices) const {
    tape.set_batch(std::ssize(indices));
    const Matrix<T> target = tape.input(model.input);
    for (Index j = 0; j < target.columns; ++j) {
      const Index sample = indices[static_cast<std::size_t>(j)];
      for (Index i = 0; i < target.rows; ++i) target(i, j) = input(i, sample);
    }
  }
  const T& input(Index feature, Index sample) const {
    const Index features = std::ssize(inputs) / samples;
    return inputs[static_cast<std::size_t>(feature + sample * features)];
  }

  ScanNet<T> net() { return {evaluation, parameters, fill, samples}; }

  Matrix<T> weight(std::size_t layer) { return parameters.value(model.layers[layer].weight); }
  Matrix<T> bias(std::size_t layer) { return parameters.value(model.layers[layer].bias); }

  /// A logged step on the samples from `first` on.
  void step(std::uint64_t number, double rate = 0.1, Index first = 0) {
    std::vector<Index> indices;
    for (Index j = 0; j < training.max_batch(); ++j) indices.push_back((first + j) % samples);
    fill_tape(training, indices);
    training.forward({.mode = Mode::train, .step = number, .sample_indices = indices});
    training.backward(model.loss);
    probe.observe(training, parameters);
    history.observe_step(number, number / 100, rate, probe);
  }
  std::span<const UnitScan> scan(std::uint64_t number) {
    return history.scan(number, number / 100, net());
  }
  std::vector<UnitEvent> take_events() {
    const std::vector<UnitEvent> events(history.events().begin(), history.events().end());
    history.clear_events();
    return events;
  }

  /// Of a unit over the probe batch, the first 128 samples.
  double mean_pre_activation(std::size_t layer, Index unit) {
    Tape<T> tape(model.graph, parameters, {.max_batch = 128, .mode = TapeMode::evaluate});
    std::vector<Index> indices(static_cast<std::size_t>(std::min<Index>(128, samples)));
    std::iota(indices.begin(), indices.end(), Index{0});
    fill_tape(tape, indices);
    tape.forward({});
    const Matrix<const T> z = std::as_const(tape).value(model.layers[layer].input);
    long double sum = 0;
    for (Index j = 0; j < z.columns; ++j) sum += z(unit, j);
    return static_cast<double>(sum / z.columns);
  }

  /// Which units are dead, by all pre-activations at once and the slope in double, unit by unit.
  std::vector<unsigned char> dead_units(double threshold = 1e-3) {
    Tape<T> whole(model.graph, parameters, {.max_batch = samples, .mode = TapeMode::evaluate});
    std::ranges::copy(inputs, whole.input(model.input).data);
    whole.forward({});
    std::vector<unsigned char> dead;
    for (const Layer& layer : model.layers) {
      if (layer.activation == nullptr || !layer.activation->elementwise()) continue;
      const auto learned =
          layer.weight.valid() ? double(parameters.value(layer.weight)(0, 0)) : 0.0;
      const auto slope = [&](double x) {
        if (layer.type == "prelu") return x > 0 ? 1 : learned;
        return layer.activation->slope(x);
      };
      const Matrix<const T> z = std::as_const(whole).value(layer.input);
      for (Index unit = 0; unit < z.rows; ++unit) {
        bool active = false;
        for (Index j = 0; j < z.columns; ++j) {
          const auto x = double(z(unit, j));
          active = active || std::isnan(x) ||
                   std::abs(slope(x)) >= threshold * layer.activation->max_slope();
        }
        dead.push_back(active ? 0 : 1);
      }
    }
    return dead;
  }
};

inline ModelSpec hidden_spec(std::vector<Index> widths, const Choice& activation,
                             Index inputs = 3) {
  return {.inputs = inputs, .outputs = 1, .layers = hidden_layers(widths, activation)};
}

/// Dense, activation, output layer.
inline ModelSpec one_hidden(Index width, const std::string& activation, Index inputs = 3) {
  return hidden_spec({width}, {.type = activation}, inputs);
}

/// A net all of whose units are active, in layers 1 and 3, on every batch.
template <class T>
struct HealthyNet : FollowedNet<T> {
  explicit HealthyNet(const std::string& activation = "relu")
      : FollowedNet<T>(hidden_spec({6, 5}, {.type = activation}), 300) {
    if (activation == "relu") revive_all();
  }
  void revive_all() {
    std::ranges::fill(this->bias(0).elements(), T{10});
    std::ranges::fill(this->bias(2).elements(), T{1000});
  }
};

}  // namespace clino::test
