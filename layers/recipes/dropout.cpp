#include "core/ops/dropout.hpp"

#include "core/random.hpp"
#include "layers/recipes/recipe.hpp"

namespace clino {
namespace {

Layer record_dropout(Recorder& recorder, const LayerSpec& spec, Layer layer) {
  layer.output = dropout(recorder.graph, layer.input, spec.choice.get<double>("rate"),
                         stream_id(layer.name), layer.name);
  return layer;
}

}  // namespace

Recipe dropout_recipe() {
  return {{"dropout",
           "in training, sets elements to 0 at random and scales the others up",
           {{.name = "rate",
             .default_value = 0.5,
             .description = "probability that an element is 0",
             .range = kUnitBelowOne}}},
          record_dropout};
}

}  // namespace clino
