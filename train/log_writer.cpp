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

}  // namespace

LogWriter::LogWriter(const std::filesystem::path& directory, const Model& model,
                     const std::map<std::string, std::uint64_t>& sizes)
    : steps_(directory / run_files::kSteps, size_of(sizes, run_files::kSteps)),
      layers_(directory / run_files::kLayers, size_of(sizes, run_files::kLayers)),
      metrics_(directory / run_files::kMetrics, size_of(sizes, run_files::kMetrics)) {
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    const Layer& layer = model.layers[i];
    // The library's writer escapes what a user's own activation may be called.
    const auto quote = [](const std::string& text) { return nlohmann::json(text).dump(); };
    const Activation* activation = layer.activation.get();
    texts_.push_back({.identity = "\"layer\":" + std::to_string(i) + ",\"name\":" +
                                  quote(layer.name) + ",\"type\":" + quote(layer.type),
                      .learned = layer.weight.valid(),
                      .elementwise = activation != nullptr && activation->elementwise(),
                      .piecewise_linear = activation != nullptr && activation->piecewise_linear()});
  }
}

void LogWriter::write_step(const StepRecord& step, std::span<const LayerRecord> layers) {
  JsonLine(steps_.pending())
      .add("step", step.step)
      .add("epoch", step.epoch)
      .add("loss", step.loss)
      .add("learning_rate", step.learning_rate)
      .add("grad_norm", step.grad_norm)
      .add("clip_scale", step.clip_scale);
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
  line.add("nonfinite", record.nonfinite);
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
}

std::map<std::string, std::uint64_t> LogWriter::sizes() const {
  return {{run_files::kSteps, steps_.size()},
          {run_files::kLayers, layers_.size()},
          {run_files::kMetrics, metrics_.size()}};
}

}  // namespace clino
