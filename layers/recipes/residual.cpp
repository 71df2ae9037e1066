#include "core/errors.hpp"
#include "core/ops/ops.hpp"
#include "layers/recipes/recipe.hpp"

namespace clino {
namespace {

/// y = x + f(x), where f are the layers of the block (He et al. 2016).
Layer record_residual(Recorder& recorder, const LayerSpec& spec, Layer layer) {
  if (spec.layers.empty()) {
    throw UsageError("layer " + layer.name + " (residual) needs \"layers\", at least one");
  }
  recorder.add(spec.layers, layer.name + ".");
  const Shape& inner = recorder.graph.shape(recorder.value);
  if (inner.rows != layer.inputs) {
    throw ShapeError("layer " + layer.name + " (residual) adds its layers' output " +
                     to_text(inner) + " to its input " + to_text(Shape{layer.inputs}) +
                     ": the widths must agree");
  }
  layer.output = add(recorder.graph, layer.input, recorder.value, layer.name);
  recorder.feeding = nullptr;
  return layer;
}

}  // namespace

Recipe residual_recipe() {
  return {{"residual", "x + f(x); its key `layers` holds the layers of f", {}}, record_residual};
}

}  // namespace clino
