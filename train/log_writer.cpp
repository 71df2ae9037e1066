#include "train/log_writer.hpp"

#include <nlohmann/json.hpp>

#include "layers/activations/activation.hpp"
#include "train/json_line.hpp"

namespace clino {

namespace {

/// More than float has, and short: a spectrum may have a thousand values.
constexpr int kSpectrumDigits = 9;
/// In place of a layer's identity.
const std::string kWholeNet = R"("layer":null,"name":null,"type":null)";

std::uint64_t size_of(const std::map<std::string, std::uint64_t>& sizes, const char* name) {
  const auto found = sizes.find(name);
  return found == sizes.end() ? 0 : found->second;
}

std::string_view quantity_text(HistogramQuantity quantity) {
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

std::vector<LayerText> layer_texts(const Model& model) {
  std::vector<LayerText> texts;
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    const Layer& layer = model.layers[i];
    // The library's writer escapes what a user's own activation may be called.
    const auto quote = [](const std::string& text) { return nlohmann::json(text).dump(); };
    const Activation* activation = layer.activation.get();
    texts.push_back({.identity = "\"layer\":" + std::to_string(i) + ",\"name\":" +
                                 quote(layer.name) + ",\"type\":" + quote(layer.type),
                     .learned = layer.weight.valid(),
                     .dense = layer.type == "dense",
                     .elementwise = activation != nullptr && activation->elementwise(),
                     .piecewise_linear = activation != nullptr && activation->piecewise_linear()});
  }
  return texts;
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
                     const std::map<std::string, std::uint64_t>& sizes, bool update_cosine,
                     bool background)
    : steps_(directory, layer_texts(model), size_of(sizes, run_files::kSteps),
             size_of(sizes, run_files::kLayers), update_cosine, background),
      metrics_(directory / run_files::kMetrics, size_of(sizes, run_files::kMetrics)),
      histograms_(directory / run_files::kHistograms, size_of(sizes, run_files::kHistograms)),
      signal_(directory / run_files::kSignal, size_of(sizes, run_files::kSignal)),
      jacobian_(directory / run_files::kJacobian, size_of(sizes, run_files::kJacobian)),
      film_(directory / run_files::kFilm, size_of(sizes, run_files::kFilm)),
      units_(directory / run_files::kUnits, size_of(sizes, run_files::kUnits)) {}

void LogWriter::write_histograms(const RunState& state, std::span<const HistogramRecord> records) {
  for (const HistogramRecord& record : records) {
    JsonLine line(histograms_.pending());
    line.add("step", state.step).add("epoch", state.epoch).raw(identity(record.layer));
    line.add("quantity", quantity_text(record.quantity))
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
        .add("mean_square_deviation", record.mean_square_deviation)
        .add("cosine_similarity", record.cosine_similarity)
        .add("cosine_deviation", record.cosine_deviation)
        .add("effective_rank", record.effective_rank)
        .add("samples", record.samples);
  }
}

void LogWriter::write_jacobian(const RunState& state, std::span<const JacobianRecord> records) {
  for (const JacobianRecord& record : records) {
    JsonLine line(jacobian_.pending());
    line.add("step", state.step).add("epoch", state.epoch);
    line.raw(record.layer ? identity(*record.layer) : kWholeNet);
    line.add_rounded("singular_values", record.singular_values, kSpectrumDigits)
        .add("largest", record.largest)
        .add("samples", record.samples);
  }
}

void LogWriter::write_unit_scans(std::span<const UnitScan> scans) {
  for (const UnitScan& scan : scans) {
    JsonLine line(units_.pending());
    line.add("event", scan.complete ? "scan" : "partial_scan");
    line.add("step", scan.step).add("epoch", scan.epoch).raw(identity(scan.layer));
    line.add("units", scan.units).add(scan.complete ? "dead" : "inactive", scan.dead);
    line.add("samples", scan.samples);
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
  metrics_.flush();
  for (LazyLog* log : {&histograms_, &signal_, &jacobian_, &film_, &units_}) log->flush();
}

std::size_t LogWriter::bytes() const {
  return steps_.bytes() + metrics_.bytes() + histograms_.bytes() + signal_.bytes() +
         jacobian_.bytes() + film_.bytes() + units_.bytes();
}

std::map<std::string, std::uint64_t> LogWriter::sizes() const {
  return {{run_files::kSteps, steps_.steps_size()}, {run_files::kLayers, steps_.layers_size()},
          {run_files::kMetrics, metrics_.size()},   {run_files::kHistograms, histograms_.size()},
          {run_files::kSignal, signal_.size()},     {run_files::kJacobian, jacobian_.size()},
          {run_files::kFilm, film_.size()},         {run_files::kUnits, units_.size()}};
}

}  // namespace clino
