#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "core/random.hpp"
#include "core/tape.hpp"
#include "layers/model.hpp"
#include "tests/layers/layer_helpers.hpp"

namespace clino {

/// A model in double with random numbers for a batch, ready to run.
struct RunningModel {
  explicit RunningModel(const ModelSpec& spec, Index batch = 5)
      : model(build_model(spec)),
        parameters(model.graph),
        tape(model.graph, parameters, {.max_batch = batch, .gradient_of = {model.input}}) {
    initialize(model, parameters, 1);
    Random random(1, stream_id("test"));
    for (double& x : tape.input(model.input).elements()) x = random.normal();
    for (double& y : tape.input(model.target).elements()) y = random.normal();
  }

  double loss() {
    tape.forward(step);
    return tape.value(model.loss)(0, 0);
  }

  Model model;
  Parameters<double> parameters;
  Tape<double> tape;
  StepContext step{.seed = 7};
};

inline LayerSpec layer(const std::string& type, std::map<std::string, OptionValue> options = {}) {
  return {.choice = {type, std::move(options)}};
}

inline LayerSpec dense(std::int64_t units) { return layer("dense", {{"units", units}}); }

inline LayerSpec residual(std::vector<LayerSpec> layers) {
  return {.choice = {"residual"}, .layers = std::move(layers)};
}

}  // namespace clino
