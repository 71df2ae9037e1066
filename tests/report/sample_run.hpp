#pragma once

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "report/run_log.hpp"

/// \file
/// Runs made by formula, with all that a run directory can say.

namespace clino::test {

inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// A number between -1 and 1 that looks drawn by lot, a function of its arguments alone.
inline double wobble(double a, double b = 0) { return std::sin(12.9898 * a + 78.233 * b + 1); }

inline std::string sample_config(const std::string& name, const std::string& activation) {
  return R"({"name": ")" + name + R"(", "data": {"source": "moons"}, "model": {"hidden": [8, 6],
"activation": ")" +
         activation + R"("}, "loss": "softmax_cross_entropy", "training": {"epochs": 10}})";
}

inline LayerLog sample_layer(Index number, const std::string& type, std::size_t records) {
  LayerLog layer;
  layer.layer = number;
  layer.name = std::to_string(number);
  layer.type = type;
  layer.learned = type == "dense";
  layer.elementwise = !layer.learned;
  layer.piecewise_linear = type == "relu";
  for (std::size_t i = 0; i < records; ++i) {
    const double t = static_cast<double>(i), l = static_cast<double>(number);
    const double level = std::exp(-3 * t / static_cast<double>(records) + 0.3 * wobble(t, l));
    LayerPoint point{
        .step = 10 * i,
        .weight_norm = layer.learned ? 3 + l + 0.1 * level : kNan,
        .weight_grad_norm = layer.learned ? 0.3 * level : kNan,
        .bias_grad_norm = layer.learned ? 0.1 * level : kNan,
        .update_ratio = layer.learned ? 1e-3 * level : kNan,
        .delta_norm = std::pow(0.3, 5 - l) * level,
        .output_mean = 0.1 * wobble(t, l),
        .output_std = 1 + 0.1 * wobble(l, t),
        .below_threshold_fraction = layer.elementwise ? 0.4 + 0.1 * wobble(t, l) : kNan,
        .dead_fraction = layer.elementwise ? 0.125 : kNan,
        .same_sign_fraction = layer.learned ? 0.5 + 0.2 * wobble(t, l) : kNan,
        .nonfinite = 0};
    layer.points.push_back(point);
  }
  return layer;
}

inline HistogramPoint sample_histogram(const std::string& quantity, std::uint64_t step,
                                       double width) {
  HistogramPoint point;
  point.step = step;
  point.quantity = quantity;
  point.log10 = quantity == "gradient";
  point.low = point.log10 ? -12 : -4;
  point.high = 4;
  for (int i = 0; i < 32; ++i) {
    const double z = (i - 15.5) / width;
    point.bins.push_back(static_cast<std::uint64_t>(1000 * std::exp(-z * z / 2)));
  }
  point.underflow = static_cast<std::uint64_t>(width);
  point.overflow = 2;
  return point;
}

inline void add_pictures(LayerLog& layer, std::size_t records) {
  for (std::size_t i = 0; i < records; i += std::max<std::size_t>(records / 8, 1)) {
    const auto step = static_cast<std::uint64_t>(10 * i);
    const double t = static_cast<double>(i) / static_cast<double>(records);
    for (const char* quantity : {"weight", "gradient", "pre_activation", "activation"}) {
      const bool of_dense = std::string(quantity) != "activation";
      if (of_dense == layer.learned) {
        layer.histograms.push_back(sample_histogram(quantity, step, 3 + 5 * t));
      }
    }
    const double l = static_cast<double>(layer.layer);
    layer.signal.push_back({step, std::exp(-l * 0.3), 0.2 + 0.1 * l + 0.1 * t, 6 - l, 128});
    layer.jacobian.push_back({step, {1.5 + t, 0.9, 0.2 / (1 + l)}, 16, 2 + t});
    if (layer.elementwise) layer.scans.push_back({step, i / 10, 8, 2});
  }
  if (!layer.elementwise) return;
  const auto end = static_cast<std::uint64_t>(10 * records);
  layer.events = {{.event = "born_dead", .step = 0, .unit = 5},
                  {.event = "died",
                   .step = end / 2,
                   .epoch = 3,
                   .unit = 2,
                   .last_active_step = end / 3,
                   .first_inactive_step = end / 3 + 10,
                   .cause = "bias_drift",
                   .bias_change = -1.25,
                   .weight_change = 0.1,
                   .input_change = -0.2,
                   .learning_rate_ratio = 1},
                  {.event = "revived",
                   .step = end * 3 / 4,
                   .epoch = 5,
                   .unit = 2,
                   .last_active_step = end * 3 / 4},
                  {.event = "died",
                   .step = end * 2 / 3,
                   .epoch = 4,
                   .unit = 7,
                   .last_active_step = end / 2,
                   .first_inactive_step = end / 2 + 10,
                   .cause = "learning_rate_spike",
                   .learning_rate_ratio = 12}};
}

/// What a net would answer that tells two moons apart better and better.
inline Film sample_film(Index size, std::size_t frames) {
  Film film;
  film.plane = true;
  film.columns = film.rows = size;
  film.x_low = film.y_low = -2;
  film.x_high = 3;
  film.y_high = 2;
  film.x_name = "x";
  film.y_name = "y";
  film.target = "classes";
  film.classes = {"0", "1"};
  for (int i = 0; i < 80; ++i) {
    const double angle = 3.14159 * i / 79;
    const double x = i % 2 == 0 ? std::cos(angle) : 1 - std::cos(angle);
    const double y = i % 2 == 0 ? std::sin(angle) : 0.5 - std::sin(angle);
    film.points.push_back(
        {x + 0.1 * wobble(i, 1), y + 0.1 * wobble(i, 2), static_cast<double>(i % 2)});
  }
  for (std::size_t f = 0; f < frames; ++f) {
    Film::Frame frame;
    frame.step = 100 * f;
    frame.epoch = f;
    const double sharp = 4 * static_cast<double>(f) / static_cast<double>(frames);
    for (Index i = 0; i < size * size; ++i) {
      const double x = -2 + 5 * static_cast<double>(i % size) / static_cast<double>(size - 1);
      const double y = -2 + 4 * static_cast<double>(i / size) / static_cast<double>(size - 1);
      const double p = 1 / (1 + std::exp(sharp * (y - 0.25 + std::sin(2.5 * (x - 0.5)))));
      frame.values.push_back(p > 0.5 ? 1 + std::min(p, 0.999) : std::min(1 - p, 0.999));
    }
    film.frames.push_back(std::move(frame));
  }
  return film;
}

/// A net of two hidden layers with that many records of each layer.
inline RunLog sample_run(std::size_t records = 60, const std::string& name = "sample",
                         const std::string& activation = "tanh") {
  RunLog run;
  run.name = name;
  run.config_text = sample_config(name, activation);
  run.config = parse_config(run.config_text, "config.json", ".");
  run.inputs = run.outputs = 2;
  for (std::size_t i = 0; i < records; ++i) {
    const double t = static_cast<double>(i);
    const double loss =
        0.7 * std::exp(-4 * t / static_cast<double>(records)) + 0.01 * std::abs(wobble(t));
    run.steps.push_back({.step = 10 * i,
                         .epoch = i / 6,
                         .loss = loss,
                         .learning_rate = 0.01,
                         .grad_norm = 2 * loss,
                         .clip_scale = 0.9,
                         .clipped_grad_norm = 1.8 * loss,
                         .update_cosine = 0.5 * wobble(t, 3)});
    if (i % 6 != 5) continue;
    run.metrics.push_back({i / 6, 10 * (i + 1), "train", loss, 1 - loss / 2, 0.1 * t});
    run.metrics.push_back({i / 6, 10 * (i + 1), "validation", 1.1 * loss, 1 - loss / 1.8, 0.1 * t});
  }
  const std::vector<std::string> types = {"dense", activation, "dense", activation, "dense"};
  for (std::size_t l = 0; l < types.size(); ++l) {
    run.layers.push_back(sample_layer(static_cast<Index>(l), types[l], records));
    add_pictures(run.layers.back(), records);
  }
  run.jacobian = {{0, {0.8, 0.2}, 16, 1}, {100, {3.5, 0.9}, 16, 4.5}};
  run.film = sample_film(24, 5);
  RunSummary& summary = run.summary.emplace();
  summary.status = "completed";
  summary.epochs = 10;
  summary.steps = 10 * records;
  summary.seconds = 1.5;
  summary.samples_per_second = 1e5;
  summary.parameters = 92;
  summary.best_epoch = 3;
  summary.findings = {"nothing to say"};
  summary.environment = {{"version", "0.1.0"}, {"config_hash", "a437e738abccc5fd"}};
  return run;
}

}  // namespace clino::test
