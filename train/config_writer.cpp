#include <utility>

#include "data/sources.hpp"
#include "layers/activations/list.hpp"
#include "layers/initializers.hpp"
#include "layers/layer_catalogue.hpp"
#include "layers/losses.hpp"
#include "optim/optimizer.hpp"
#include "optim/schedule.hpp"
#include "train/config.hpp"
#include "train/config_choice.hpp"
#include "train/json_value.hpp"

namespace clino {

namespace {

template <class T>
JsonValue number_or_null(const std::optional<T>& x) {
  return x ? json_of(*x) : JsonValue{};
}

JsonValue data_json(const DataConfig& data) {
  JsonValue object = choice_json(data.source, data_source_catalogue(), "source");
  object.add("validation_fraction", json_of(data.validation_fraction));
  object.add("test_fraction", json_of(data.test_fraction));
  object.add("folds", number_or_null(data.folds));
  object.add("fold", data.folds ? json_of(data.fold) : JsonValue{});  // refused without folds
  object.add("standardize", json_of(data.standardize));
  return object;
}

JsonValue initializer_json(const Choice& init) {
  return choice_json(init, initializer_catalogue(), "type");
}

JsonValue layers_json(const std::vector<LayerSpec>& layers) {
  std::vector<JsonValue> items;
  for (const LayerSpec& layer : layers) {
    JsonValue object = choice_json(layer.choice, layer_catalogue(), "type");
    if (layer.init) object.add("init", initializer_json(*layer.init));
    if (layer.choice.type == "residual") object.add("layers", layers_json(layer.layers));
    items.push_back(std::move(object));
  }
  return json_list(std::move(items));
}

JsonValue model_json(const ModelConfig& model) {
  JsonValue object = json_object({});
  if (model.hidden) {
    std::vector<JsonValue> units;
    for (const Index width : model.hidden->units) units.push_back(json_of(width));
    object.add("hidden", json_list(std::move(units)));
    object.add("activation", choice_json(model.hidden->activation, activation_catalogue(), "type"));
  } else {
    object.add("layers", layers_json(model.layers));
  }
  object.add("init", initializer_json(model.init));
  object.add("weights", model.weights.empty() ? JsonValue{} : json_of(model.weights));
  return object;
}

JsonValue teacher_json(const std::optional<TeacherConfig>& teacher) {
  if (!teacher) return {};
  return json_object({{"run", json_of(teacher->run)},
                      {"temperature", json_of(teacher->temperature)},
                      {"mix", json_of(teacher->mix)}});
}

JsonValue optimizer_json(const OptimizerConfig& optimizer) {
  Choice method = optimizer.method;
  method.options["learning_rate"] = optimizer.learning_rate;
  JsonValue object = choice_json(method, optimizer_catalogue(), "type");
  object.add("schedule", choice_json(optimizer.schedule, schedule_catalogue(), "type"));
  return object;
}

JsonValue early_stopping_json(const std::optional<EarlyStopping>& stopping) {
  if (!stopping) return {};
  return json_object(
      {{"patience", json_of(stopping->patience)}, {"metric", json_of(stopping->metric)}});
}

JsonValue training_json(const TrainingConfig& training) {
  return json_object({{"epochs", number_or_null(training.epochs)},
                      {"max_steps", number_or_null(training.max_steps)},
                      {"max_seconds", number_or_null(training.max_seconds)},
                      {"batch_size", json_of(training.batch_size)},
                      {"shuffle", json_of(training.shuffle)},
                      {"clip_norm", number_or_null(training.clip_norm)},
                      {"clip_value", number_or_null(training.clip_value)},
                      {"early_stopping", early_stopping_json(training.early_stopping)}});
}

JsonValue spacing_json(const LogSpacing& spacing) {
  return spacing.automatic ? json_of("auto") : number_or_null(spacing.every);
}

JsonValue log_json(const LogConfig& log) {
  return json_object({{"every", spacing_json(log.every)},
                      {"records", json_of(log.records)},
                      {"saturation_threshold", json_of(log.saturation_threshold)},
                      {"units", json_of(log.units)},
                      {"histograms", spacing_json(log.histograms)},
                      {"signal", spacing_json(log.signal)},
                      {"jacobian", spacing_json(log.jacobian)},
                      {"film", json_of(log.film)},
                      {"update_cosine", json_of(log.update_cosine)}});
}

}  // namespace

std::string resolved_json(const Config& config) {
  const JsonValue document = json_object(
      {{"name", json_of(config.name)},
       {"seed", json_of(static_cast<Index>(config.seed))},
       {"dtype", json_of(config.dtype == DType::float64 ? "float64" : "float32")},
       {"flush_to_zero", json_of(config.flush_to_zero)},
       {"data", data_json(config.data)},
       {"model", model_json(config.model)},
       {"loss", choice_json(config.loss, loss_catalogue(), "type")},
       {"teacher", teacher_json(config.teacher)},
       {"optimizer", optimizer_json(config.optimizer)},
       {"training", training_json(config.training)},
       {"log", log_json(config.log)},
       {"checkpoint", json_object({{"every_seconds", json_of(config.checkpoint.every_seconds)}})},
       {"report", json_of(config.report)}});
  return write_json(document) + "\n";
}

}  // namespace clino
