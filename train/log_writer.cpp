#include "train/log_writer.hpp"

#include <nlohmann/json.hpp>

#include "layers/activations/activation.hpp"
#include "train/json_line.hpp"

namespace clino {

namespace {

std::uint64_t size_of(const std::map<std::string, std::uint64_t>& sizes, const char* name) {
  const auto found = sizes.find(name);
  return found == sizes.end() ? 0 : found->second;
}

std::string_view to_text(HistogramQuantity quantity) {
  switch (quantity) {
    case HistogramQuantity::weight:
      return "weight";
    case HistogramQuantity::gradient:
      return "gradient";
    case HistogramQuantity::pre_activation:
      return "pre_activation";
    case HistogramQuantity::activation:
      break;
  }
  return "activation";
}

}  // namespace

LazyLog::LazyLog(std::filesystem::path path, std::uint64_t size) : path_(std::move(path)) {
  if (size > 0 || std::filesystem::exists(path_)) file_.emplace(path_, size);
}

std::string& LazyLog::pending() {
  if (!file_) file_.emplace(path_, 0);
  return file_->pending();
}

void LazyLog::flush() {
  if (file_) file_->flush();
}

LogWriter::LogWriter(const std::filesystem::path& directory, const Model& model,
                     const std::map<std::string, std::uint64_t>& sizes, bool update_cosine)
    : update_cosine_(update_cosine),
      steps_(directory / run_files::kSteps, size_of(sizes, run_files::kSteps)),
      layers_(directory / run_files::kLayers, size_of(sizes, run_files::kLayers)),
      metrics_(directory / run_files::kMetrics, size_of(sizes, run_files::kMetrics)),
      histograms_(directory / run_files::kHistograms, size_of(sizes, run_files::kHistograms)),
      signal_(directory / run_files::kSignal, size_of(sizes, run_files::kSignal)),
      film_(directory / run_files::kFilm, size_of(sizes, run_files::kFilm)),
      units_(directory / run_files::kUnits, size_of(sizes, run_files::kUnits)) {
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    const Layer& layer = model.layers[i];
    // The library's writer escapes what a user's own activation may be called.
    const auto quote = [](const std::string& text) { return nlohmann::json(text).dump(); };
    const Activation* activation = layer.activation.get();
    texts_.push_back({.identity = "\"layer\":" + std::to_string(i) + ",\"name\":" +
                                  quote(layer.name) + ",\"type\":" + quote(layer.type),
                      .learned = layer.weight.valid(),
                      .dense = layer.type == "dense",
                      .elementwise = activation != nullptr && activation->elementwise(),
                      .piecewise_linear = activation != nullptr && activation->piecewise_linear()});
  }
}

void LogWriter::write_step(const StepRecord& step, std::span<const LayerRecord> layers) {
  {
    JsonLine line(steps_.pending());
    line.add("step", step.step)
        .add("epoch", step.epoch)
        .add("loss", step.loss)
        .add("learning_rate", step.learning_rate)
        .add("grad_norm", step.grad_norm)
        .add("clip_scale", step.clip_scale)
        .add("clipped_grad_norm", step.clipped_grad_norm);
    if (update_cosine_) line.add("update_cosine", step.update_cosine);
  }
  for (std::size_t i = 0; i < layers.size(); ++i) write_layer(step, texts_[i], layers[i]);
  steps_.flush_if_large();
  layers_.flush_if_large();
}

void LogWriter::write_layer(const StepRecord& step, const LayerText& text,
                            const LayerRecord& record) {
  JsonLine line(layers_.pending());
  line.add("step", step.step).add("epoch", step.epoch).raw(text.identity);
  if (text.learned) {
    line.add("weight_norm", record.weight_norm)
        .add("weight_grad_norm", record.weight_grad_norm)
        .add("bias_grad_norm", record.bias_grad_norm)
        .add("update_ratio", record.update_ratio);
  }
  line.add("delta_norm", record.delta_norm)
      .add("output_mean", record.output_mean)
      .add("output_std", record.output_std);
  if (text.elementwise) {
    const auto [used, unused] = text.piecewise_linear
                                    ? std::pair{"inactive_fraction", "saturated_fraction"}
                                    : std::pair{"saturated_fraction", "inactive_fraction"};
    line.add(used, record.below_threshold_fraction).add_null(unused);
    line.add("dead_fraction", record.dead_fraction);
  }
  if (text.dense) line.add("same_sign_fraction", record.same_sign_fraction);
  line.add("nonfinite", record.nonfinite);
}

void LogWriter::write_histograms(const RunState& state, std::span<const HistogramRecord> records) {
  for (const HistogramRecord& record : records) {
    JsonLine line(histograms_.pending());
    line.add("step", state.step).add("epoch", state.epoch).raw(identity(record.layer));
    line.add("quantity", to_text(record.quantity))
        .add("scale", record.scale == HistogramScale::linear ? "linear" : "log10")
        .add("low", record.low)
        .add("high", record.high)
        .add("bins", record.bins)
        .add("underflow", record.underflow)
        .add("overflow", record.overflow)
        .add("nonfinite", record.nonfinite);
  }
}

void LogWriter::write_signal(const RunState& state, std::span<const SignalRecord> records) {
  for (const SignalRecord& record : records) {
    JsonLine line(signal_.pending());
    line.add("step", state.step).add("epoch", state.epoch).raw(identity(record.layer));
    line.add("mean_square", record.mean_square)
        .add("cosine_similarity", record.cosine_similarity)
        .add("effective_rank", record.effective_rank)
        .add("samples", record.samples);
  }
}

void LogWriter::write_unit_scans(std::span<const UnitScan> scans) {
  for (const UnitScan& scan : scans) {
    JsonLine line(units_.pending());
    line.add("event", "scan").add("step", scan.step).add("epoch", scan.epoch);
    line.raw(identity(scan.layer)).add("units", scan.units).add("dead", scan.dead);
  }
}

void LogWriter::write_unit_events(std::span<const UnitEvent> events) {
  for (const UnitEvent& event : events) {
    JsonLine line(units_.pending());
    line.add("event", to_text(event.kind)).add("step", event.step).add("epoch", event.epoch);
    line.raw(identity(event.layer))
        .add("unit", event.unit)
        .add("last_active_step", event.last_active_step)
        .add("first_inactive_step", event.first_inactive_step);
    if (event.cause) {
      line.add("cause", to_text(*event.cause));
    } else {
      line.add_null("cause");
    }
    line.add("bias_change", event.bias_change)
        .add("weight_change", event.weight_change)
        .add("input_change", event.input_change)
        .add("learning_rate_ratio", event.learning_rate_ratio);
  }
}

void LogWriter::write_metrics(const RunState& state, std::string_view split,
                              const Metrics& metrics) {
  const std::uint64_t epoch = split == "test" && state.epoch > 0 ? state.epoch - 1 : state.epoch;
  JsonLine line(metrics_.pending());
  line.add("epoch", epoch).add("step", state.step).add("split", split);
  line.add("loss", metrics.loss);
  if (metrics.accuracy) line.add("accuracy", *metrics.accuracy);
  line.add("learning_rate", state.last_rate).add("seconds", state.seconds);
}

void LogWriter::flush() {
  steps_.flush();
  layers_.flush();
  metrics_.flush();
  for (LazyLog* log : {&histograms_, &signal_, &film_, &units_}) log->flush();
}

std::map<std::string, std::uint64_t> LogWriter::sizes() const {
  return {{run_files::kSteps, steps_.size()},     {run_files::kLayers, layers_.size()},
          {run_files::kMetrics, metrics_.size()}, {run_files::kHistograms, histograms_.size()},
          {run_files::kSignal, signal_.size()},   {run_files::kFilm, film_.size()},
          {run_files::kUnits, units_.size()}};
}

}  // namespace clino
