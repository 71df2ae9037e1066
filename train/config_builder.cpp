#include "train/config_builder.hpp"

#include <utility>

#include "data/sources.hpp"
#include "layers/activations/list.hpp"
#include "layers/initializers.hpp"
#include "layers/layer_catalogue.hpp"
#include "layers/losses.hpp"
#include "optim/optimizer.hpp"
#include "optim/schedule.hpp"
#include "train/config_choice.hpp"

namespace clino {

namespace {

constexpr Index kDefaultEpochs = 50;

// Each overload takes over what is given. JSON has one type of number.
void take(const JsonValue& value, bool& target) { target = std::get<bool>(value.scalar); }
void take(const JsonValue& value, std::string& target) { target = *value.text(); }
void take(const JsonValue& value, double& target) {
  const auto* whole = std::get_if<std::int64_t>(&value.scalar);
  target = whole != nullptr ? static_cast<double>(*whole) : std::get<double>(value.scalar);
}
void take(const JsonValue& value, Index& target) {
  const auto* number = std::get_if<double>(&value.scalar);
  target = number != nullptr ? static_cast<Index>(*number)
                             : static_cast<Index>(std::get<std::int64_t>(value.scalar));
}
template <class T>
void take(const JsonValue& value, std::optional<T>& target) {
  T inner{};
  take(value, inner);
  target = std::move(inner);
}
void take(const JsonValue& value, std::vector<Index>& target) {
  target.resize(value.items.size());
  for (std::size_t i = 0; i < target.size(); ++i) take(value.items[i], target[i]);
}

const JsonValue* given(const JsonValue& object, std::string_view key) {
  const JsonValue* value = object.find(key);
  return value == nullptr || value->is_null() ? nullptr : value;
}

template <class T>
void read(const JsonValue& object, std::string_view key, T& target) {
  if (const JsonValue* value = given(object, key)) take(*value, target);
}

class ConfigBuilder {
 public:
  ConfigBuilder(const JsonValue& document, const std::filesystem::path& base_directory)
      : document_(document), base_(std::filesystem::current_path() / base_directory) {}

  Config build(const std::string& default_name) const {
    Config config{.name = default_name};
    read(document_, "name", config.name);
    auto seed = static_cast<Index>(config.seed);
    read(document_, "seed", seed);
    config.seed = static_cast<std::uint64_t>(seed);
    std::string dtype;
    read(document_, "dtype", dtype);
    if (dtype == "float64") config.dtype = DType::float64;
    read(document_, "flush_to_zero", config.flush_to_zero);
    config.data = data();
    config.model = model();
    config.loss = choice_from(given(document_, "loss"), loss_catalogue(), "type", "");
    config.teacher = teacher();
    config.optimizer = optimizer();
    config.training = training();
    config.log = log();
    read(section("checkpoint"), "every_seconds", config.checkpoint.every_seconds);
    read(document_, "report", config.report);
    return config;
  }

 private:
  // An object of the document, empty where none is given.
  const JsonValue& section(std::string_view key) const {
    static const JsonValue kEmpty = json_object({});
    const JsonValue* value = given(document_, key);
    return value == nullptr ? kEmpty : *value;
  }

  // `..` after a link to a folder leads out of the folder that it points to, as for the system.
  std::string absolute(const std::string& path) const {
    const std::filesystem::path given_path = base_ / path;
    std::error_code error;
    const std::filesystem::path folder =
        std::filesystem::weakly_canonical(given_path.parent_path(), error);
    return (error ? given_path : folder / given_path.filename()).string();
  }

  DataConfig data() const {
    const JsonValue& object = section("data");
    DataConfig config{.source = choice_from(&object, data_source_catalogue(), "source", "")};
    for (const Option& option :
         find_entry(data_source_catalogue(), config.source.type, "data source").options) {
      if (!option.path || !config.source.has(option.name)) continue;
      config.source.options[option.name] = absolute(config.source.get<std::string>(option.name));
    }
    read(object, "folds", config.folds);
    read(object, "fold", config.fold);
    if (config.folds) config.validation_fraction = 0;  // the default is for runs without folds
    read(object, "validation_fraction", config.validation_fraction);
    read(object, "test_fraction", config.test_fraction);
    read(object, "standardize", config.standardize);
    return config;
  }

  static Choice initializer(const JsonValue* value) {
    return choice_from(value, initializer_catalogue(), "type", ModelConfig{}.init.type);
  }

  // Recursion is as deep as the document, which its reader limits.
  static std::vector<LayerSpec> layers(const JsonValue& list) {
    std::vector<LayerSpec> result;
    for (const JsonValue& item : list.items) {
      LayerSpec layer{.choice = choice_from(&item, layer_catalogue(), "type", "")};
      if (const JsonValue* init = given(item, "init")) layer.init = initializer(init);
      if (const JsonValue* inner = given(item, "layers")) layer.layers = layers(*inner);
      result.push_back(std::move(layer));
    }
    return result;
  }

  ModelConfig model() const {
    const JsonValue& object = section("model");
    ModelConfig config{.init = initializer(given(object, "init"))};
    if (const JsonValue* list = given(object, "layers")) {
      config.layers = layers(*list);
    } else {
      HiddenForm form;
      read(object, "hidden", form.units);
      form.activation = choice_from(given(object, "activation"), activation_catalogue(), "type",
                                    form.activation.type);
      for (LayerSpec layer : hidden_layers(form.units, form.activation)) {
        layer.choice = complete(layer_catalogue(), layer.choice, "layer");
        config.layers.push_back(std::move(layer));
      }
      config.hidden = std::move(form);
    }
    read(object, "weights", config.weights);
    if (!config.weights.empty()) config.weights = absolute(config.weights);
    return config;
  }

  std::optional<TeacherConfig> teacher() const {
    const JsonValue* value = given(document_, "teacher");
    if (value == nullptr) return std::nullopt;
    TeacherConfig config;
    if (value->text() != nullptr) {
      config.run = *value->text();
    } else {
      read(*value, "run", config.run);
      read(*value, "temperature", config.temperature);
      read(*value, "mix", config.mix);
    }
    config.run = absolute(config.run);
    return config;
  }

  OptimizerConfig optimizer() const {
    const JsonValue* object = given(document_, "optimizer");
    OptimizerConfig config;
    config.method = choice_from(object, optimizer_catalogue(), "type", config.method.type);
    config.learning_rate = config.method.get<double>("learning_rate");
    config.method.options.erase("learning_rate");
    config.schedule = choice_from(object == nullptr ? nullptr : given(*object, "schedule"),
                                  schedule_catalogue(), "type", config.schedule.type);
    return config;
  }

  TrainingConfig training() const {
    const JsonValue& object = section("training");
    TrainingConfig config;
    read(object, "epochs", config.epochs);
    read(object, "max_steps", config.max_steps);
    read(object, "max_seconds", config.max_seconds);
    if (!config.epochs && !config.max_steps && !config.max_seconds) config.epochs = kDefaultEpochs;
    read(object, "batch_size", config.batch_size);
    read(object, "shuffle", config.shuffle);
    read(object, "clip_norm", config.clip_norm);
    read(object, "clip_value", config.clip_value);
    if (const JsonValue* stopping = given(object, "early_stopping")) {
      config.early_stopping.emplace();
      read(*stopping, "patience", config.early_stopping->patience);
      read(*stopping, "metric", config.early_stopping->metric);
    }
    return config;
  }

  /// Of a number, null or "auto".
  static void read_spacing(const JsonValue& object, std::string_view key, LogSpacing& spacing) {
    const JsonValue* value = object.find(key);
    if (value == nullptr) return;
    spacing = {.automatic = value->text() != nullptr};
    if (!spacing.automatic) read(object, key, spacing.every);
  }

  LogConfig log() const {
    const JsonValue& object = section("log");
    LogConfig config;
    read_spacing(object, "every", config.every);
    read(object, "records", config.records);
    read(object, "saturation_threshold", config.saturation_threshold);
    read(object, "units", config.units);
    read_spacing(object, "histograms", config.histograms);
    read_spacing(object, "signal", config.signal);
    read_spacing(object, "jacobian", config.jacobian);
    read(object, "film", config.film);
    read(object, "update_cosine", config.update_cosine);
    return config;
  }

  const JsonValue& document_;
  std::filesystem::path base_;
};

}  // namespace

Config build_config(const JsonValue& document, const std::string& default_name,
                    const std::filesystem::path& base_directory) {
  return ConfigBuilder(document, base_directory).build(default_name);
}

}  // namespace clino
