#include "app/layer_table.hpp"

#include <spdlog/fmt/fmt.h>
#include <string>

namespace clino::app {

namespace {

constexpr const char* kRow = "{:<6}{:<13}{:>10}{:>9}{:>10}{:>10}{:>9}{:>8}{:>5}\n";

std::string number(double value) { return fmt::format("{:.2e}", value); }
std::string percent(double share) { return fmt::format("{:.0f}%", 100 * share); }

/// A share that is not zero must not read as zero.
std::string share(double value) {
  if (value > 0 && value < 0.005) return "<1%";
  return percent(value);
}

std::string shape(const LayerSummary& layer) {
  return layer.type == "dense" ? fmt::format("{}->{}", layer.inputs, layer.outputs)
                               : std::to_string(layer.outputs);
}

std::string row(const LayerSummary& layer) {
  const LayerRecord& record = layer.record;
  const bool dense = layer.learned;
  return fmt::format(fmt::runtime(kRow), layer.name, layer.type.substr(0, 12), shape(layer),
                     layer.parameters > 0 ? std::to_string(layer.parameters) : "",
                     number(record.delta_norm), dense ? number(record.weight_grad_norm) : "",
                     dense ? number(record.update_ratio) : "",
                     layer.elementwise ? share(record.below_threshold_fraction) : "",
                     layer.elementwise ? share(record.dead_fraction) : "");
}

}  // namespace

void print_layer_table(std::ostream& out, const TrainResult& result) {
  if (!result.logged_step) return;
  out << fmt::format("Layers at step {} (d = dL/d output, W = weights):\n\n", *result.logged_step);
  out << fmt::format(fmt::runtime(kRow), "layer", "type", "shape", "params", "|d|", "|dL/dW|",
                     "upd/|W|", "sat/off", "dead");
  out << std::string(80, '-') << '\n';
  for (const LayerSummary& layer : result.layers) out << row(layer);
  out << '\n';
}

}  // namespace clino::app
