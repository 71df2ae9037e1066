#include <array>
#include <cmath>

#include "report/number_text.hpp"
#include "report/screen_parts.hpp"
#include "report/sparkline.hpp"
#include "report/stretches.hpp"
#include "report/text_fields.hpp"

namespace clino::report {

namespace {

constexpr std::size_t kNumberWidth = 9, kShareWidth = 9, kTrendWidth = 9;
constexpr int kLayerDigits = 3;

/// A column of the table. `from` is the width of the screen from which on there is room for it.
struct Column {
  const char* title;
  std::size_t width;
  std::size_t from;
  std::string (*cell)(const LayerLog&);
};

std::string number_cell(double value, bool applies) {
  return applies ? number_text(value, kLayerDigits) : "";
}

std::string share(double value) {
  if (!std::isfinite(value)) return "";
  if (value > 0 && value < 0.005) return "<1%";
  return number_text(std::round(100 * value), kLayerDigits) + "%";
}

/// Of the whole training set where a scan knows it, else of the last batch.
std::string dead(const LayerLog& layer) {
  if (layer.scans.empty()) return share(layer.points.back().dead_fraction);
  return std::to_string(layer.scans.back().dead) + "/" + std::to_string(layer.scans.back().units);
}

/// `number` of the last record of the signal.
std::string signal_cell(const LayerLog& layer, double SignalPoint::*member) {
  if (layer.signal.empty()) return "";
  const double value = layer.signal.back().*member;
  return std::isnan(value) ? "" : number_text(value, kLayerDigits);
}

constexpr std::array kColumns = {
    Column{
        "|dL/dW|", kNumberWidth, 80,
        [](const LayerLog& l) { return number_cell(l.points.back().weight_grad_norm, l.learned); }},
    Column{"upd/|W|", kNumberWidth, 80,
           [](const LayerLog& l) { return number_cell(l.points.back().update_ratio, l.learned); }},
    Column{"sat/off", kShareWidth, 80,
           [](const LayerLog& l) { return share(l.points.back().below_threshold_fraction); }},
    Column{"dead", kShareWidth, 80, dead},
    Column{"mean", kNumberWidth, 98,
           [](const LayerLog& l) { return number_cell(l.points.back().output_mean, true); }},
    Column{"std", kNumberWidth, 98,
           [](const LayerLog& l) { return number_cell(l.points.back().output_std, true); }},
    Column{"q", kNumberWidth, 125,
           [](const LayerLog& l) { return signal_cell(l, &SignalPoint::mean_square); }},
    Column{"cos", kNumberWidth, 125,
           [](const LayerLog& l) { return signal_cell(l, &SignalPoint::cosine_similarity); }},
    Column{"rank", kNumberWidth, 125,
           [](const LayerLog& l) { return signal_cell(l, &SignalPoint::effective_rank); }},
};

std::string trend(const Screen& screen, const std::vector<double>& values, bool log) {
  const std::string line =
      sparkline(values, {.width = kTrendWidth - 1, .log = log, .unicode = screen.options.unicode});
  return " " + line + std::string(kTrendWidth - 1 - columns_of(line), ' ');
}

/// What moves in a layer: its weights, or how much of it is flat.
std::string second_trend(const Screen& screen, const LayerLog& layer) {
  if (layer.learned) {
    return trend(screen, values_of(layer.points, &LayerPoint::update_ratio), true);
  }
  if (!layer.elementwise) return "";
  return trend(screen, values_of(layer.points, &LayerPoint::below_threshold_fraction), false);
}

std::string row(const Screen& screen, const LayerLog& layer) {
  std::string text = left_field(layer.name, kLayerWidth) + left_field(layer.type, kTypeWidth) +
                     right_field(number_cell(layer.points.back().delta_norm, true), kNumberWidth) +
                     trend(screen, values_of(layer.points, &LayerPoint::delta_norm), true);
  for (const Column& column : kColumns) {
    if (column.from <= screen.columns()) text += right_field(column.cell(layer), column.width);
  }
  text += second_trend(screen, layer);
  text.erase(text.find_last_not_of(' ') + 1);
  return text + "\n";
}

std::string head(const Screen& screen) {
  std::string text = left_field("layer", kLayerWidth) + left_field("type", kTypeWidth) +
                     right_field("|d|", kNumberWidth) + " " + left_field("trend", kTrendWidth - 1);
  for (const Column& column : kColumns) {
    if (column.from <= screen.columns()) text += right_field(column.title, column.width);
  }
  return screen.pen.heading(text + " upd/sat") + "\n";
}

}  // namespace

std::string screen_layers(const Screen& screen, const std::vector<std::size_t>& layers) {
  const std::vector<LayerLog>& all = screen.log->layers;
  std::string rows;
  for (const std::size_t i : layers) rows += row(screen, all[i]);
  if (rows.empty()) return "";
  const std::vector<LayerPoint>& points = all[layers.front()].points;
  return screen.pen.faint("Layers at step " + count_text(points.back().step) +
                          "; trend of |d|, and of upd/|W| or sat/off, since step " +
                          count_text(points.front().step)) +
         "\n" + head(screen) + rows;
}

}  // namespace clino::report
