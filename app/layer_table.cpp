#include "app/layer_table.hpp"

#include <array>
#include <spdlog/fmt/fmt.h>
#include <string>

#include "app/number_format.hpp"
#include "report/text_fields.hpp"

namespace clino::app {

namespace {

using report::left_field, report::right_field;

constexpr std::size_t kLayerNameWidth = 6, kKindWidth = 11;
/// Of shape, parameters, |d|, |dL/dW|, upd/|W|, sat/off, dead: 80 columns with name and type.
constexpr std::array<std::size_t, 7> kWidths{13, 10, 9, 9, 9, 8, 5};
using Cells = std::array<std::string, kWidths.size()>;

std::string table_line(const std::string& name, const std::string& type, const Cells& cells) {
  std::string text = left_field(name, kLayerNameWidth) + left_field(type, kKindWidth);
  for (std::size_t i = 0; i < cells.size(); ++i) text += right_field(cells[i], kWidths[i]);
  return text + '\n';
}

/// In eight columns, though an exponent may have three digits.
std::string short_number(double value) {
  const std::string text = number_text("{:.2e}", value);
  return text.size() <= 8 ? text : number_text("{:.1e}", value);
}

std::string percent(double share) { return number_text("{:.0f}%", 100 * share); }

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
  return table_line(
      layer.name, layer.type,
      {shape(layer), layer.parameters > 0 ? std::to_string(layer.parameters) : "",
       short_number(record.delta_norm), dense ? short_number(record.weight_grad_norm) : "",
       dense ? short_number(record.update_ratio) : "",
       layer.elementwise ? share(record.below_threshold_fraction) : "",
       layer.elementwise ? share(record.dead_fraction) : ""});
}

}  // namespace

void print_layer_table(std::ostream& out, const TrainResult& result) {
  if (!result.logged_step) return;
  out << fmt::format("Layers at step {} (d = dL/d output, W = weights):\n\n", *result.logged_step);
  out << table_line("layer", "type",
                    {"shape", "params", "|d|", "|dL/dW|", "upd/|W|", "sat/off", "dead"});
  out << std::string(80, '-') << '\n';
  for (const LayerSummary& layer : result.layers) out << row(layer);
  out << '\n';
}

}  // namespace clino::app
