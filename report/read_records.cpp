#include "report/read_records.hpp"

#include <algorithm>

namespace clino::report {

namespace {

Index index(const JsonRecord& record, std::string_view key) {
  return static_cast<Index>(record.count(key));
}

std::optional<Index> optional_index(const JsonRecord& record, std::string_view key) {
  const std::optional<std::uint64_t> value = record.optional_count(key);
  if (!value) return std::nullopt;
  return static_cast<Index>(*value);
}

bool is_unit_event(const std::string& event) {
  return event == "born_dead" || event == "died" || event == "revived";
}

}  // namespace

LayerLog& layer_of(RunLog& log, const JsonRecord& record) {
  const Index number = index(record, "layer");
  const auto found = std::ranges::lower_bound(log.layers, number, {}, &LayerLog::layer);
  if (found != log.layers.end() && found->layer == number) return *found;
  LayerLog layer;
  layer.layer = number;
  layer.name = record.text("name");
  layer.type = record.text("type");
  return *log.layers.insert(found, std::move(layer));
}

void add_step(RunLog& log, const JsonRecord& record) {
  StepPoint point{.step = record.count("step"),
                  .epoch = record.count("epoch"),
                  .loss = record.number("loss"),
                  .learning_rate = record.number("learning_rate"),
                  .grad_norm = record.number("grad_norm"),
                  .clip_scale = record.number("clip_scale")};
  // Older runs do not have it; they did not count what clipping by value took away.
  point.clipped_grad_norm =
      record.optional_number("clipped_grad_norm").value_or(point.grad_norm * point.clip_scale);
  point.update_cosine = record.optional_number("update_cosine");
  log.steps.push_back(point);
}

void add_metrics(RunLog& log, const JsonRecord& record) {
  log.metrics.push_back({.epoch = record.count("epoch"),
                         .step = record.count("step"),
                         .split = record.text("split"),
                         .loss = record.number("loss"),
                         .accuracy = record.optional_number("accuracy"),
                         .seconds = record.number("seconds")});
}

void add_layer(RunLog& log, const JsonRecord& record) {
  LayerPoint point;
  point.step = record.count("step");
  LayerLog& layer = layer_of(log, record);
  if (layer.points.empty()) {
    layer.learned = record.has("weight_norm");
    layer.elementwise = record.has("dead_fraction");
    layer.piecewise_linear = layer.elementwise && record.is_null("saturated_fraction");
  }
  if (layer.learned) {
    point.weight_norm = record.number("weight_norm");
    point.weight_grad_norm = record.number("weight_grad_norm");
    point.bias_grad_norm = record.number_or_nan("bias_grad_norm");
    point.update_ratio = record.number("update_ratio");
    point.same_sign_fraction = record.number_or_nan("same_sign_fraction");
  }
  point.delta_norm = record.number("delta_norm");
  point.output_mean = record.number("output_mean");
  point.output_std = record.number("output_std");
  if (layer.elementwise) {
    point.below_threshold_fraction =
        record.number(layer.piecewise_linear ? "inactive_fraction" : "saturated_fraction");
    point.dead_fraction = record.number("dead_fraction");
  }
  point.nonfinite = record.number("nonfinite");
  layer.points.push_back(point);
}

void add_signal(RunLog& log, const JsonRecord& record) {
  layer_of(log, record)
      .signal.push_back({.step = record.count("step"),
                         .mean_square = record.number("mean_square"),
                         .cosine_similarity = record.number_or_nan("cosine_similarity"),
                         .effective_rank = record.number("effective_rank"),
                         .samples = index(record, "samples"),
                         .mean_square_deviation = record.number_or_nan("mean_square_deviation"),
                         .cosine_deviation = record.number_or_nan("cosine_deviation")});
}

void add_histogram(RunLog& log, const JsonRecord& record) {
  HistogramPoint point{.step = record.count("step"),
                       .quantity = record.text("quantity"),
                       .log10 = record.text("scale") == "log10",
                       .low = record.number("low"),
                       .high = record.number("high"),
                       .bins = record.counts("bins"),
                       .underflow = record.count("underflow"),
                       .overflow = record.count("overflow"),
                       .nonfinite = record.count("nonfinite")};
  if (point.bins.empty()) record.fail("bins", "a list of whole numbers that is not empty");
  layer_of(log, record).histograms.push_back(std::move(point));
}

void add_unit(RunLog& log, const JsonRecord& record) {
  const std::string& event = record.text("event");
  const bool whole = event == "scan";
  if (whole || event == "partial_scan") {
    const UnitScanPoint scan{.step = record.count("step"),
                             .epoch = record.count("epoch"),
                             .units = index(record, "units"),
                             .dead = index(record, whole ? "dead" : "inactive"),
                             .samples = whole ? 0 : index(record, "samples")};
    LayerLog& layer = layer_of(log, record);
    if (whole) {
      layer.scans.push_back(scan);
    } else {
      layer.partial_scan = scan;
    }
  } else if (is_unit_event(event)) {
    layer_of(log, record)
        .events.push_back({.event = event,
                           .step = record.count("step"),
                           .epoch = record.count("epoch"),
                           .unit = index(record, "unit"),
                           .last_active_step = record.optional_count("last_active_step"),
                           .first_inactive_step = record.optional_count("first_inactive_step"),
                           .cause = record.text_or_empty("cause"),
                           .bias_change = record.optional_number("bias_change"),
                           .weight_change = record.optional_number("weight_change"),
                           .input_change = record.optional_number("input_change"),
                           .learning_rate_ratio = record.optional_number("learning_rate_ratio")});
  }
}

void add_jacobian(RunLog& log, const JsonRecord& record) {
  JacobianPoint point{.step = record.count("step"),
                      .singular_values = record.numbers("singular_values"),
                      .samples = index(record, "samples"),
                      .largest = record.number("largest")};
  const bool whole_net = !optional_index(record, "layer");
  (whole_net ? log.jacobian : layer_of(log, record).jacobian).push_back(std::move(point));
}

void add_film(RunLog& log, const JsonRecord& record) {
  if (log.film) {
    const auto values = static_cast<std::size_t>(log.film->columns * log.film->rows);
    Film::Frame frame{.step = record.count("step"),
                      .epoch = record.count("epoch"),
                      .values = record.numbers("values")};
    if (frame.values.size() != values) {
      record.fail("values", std::to_string(values) + " numbers");
    }
    log.film->frames.push_back(std::move(frame));
    return;
  }
  Film film;
  film.plane = record.text("kind") == "plane";
  film.columns = index(record, "columns");
  film.x_low = record.number("x_low");
  film.x_high = record.number("x_high");
  film.x_name = record.text("x_name");
  if (film.plane) {
    film.rows = index(record, "rows");
    film.y_low = record.number("y_low");
    film.y_high = record.number("y_high");
    film.y_name = record.text("y_name");
    film.target = record.text("target");
  } else {
    film.y_name = record.text_or_empty("target_name");
    film.target = "numbers";
  }
  film.classes = record.texts_or_none("classes");
  film.points = record.rows("points");
  for (const std::vector<double>& point : film.points) {
    if (point.size() == (film.plane ? 3U : 2U)) continue;
    record.fail("points", film.plane ? "lists [x, y, target]" : "lists [x, target]");
  }
  log.film = std::move(film);
}

}  // namespace clino::report
