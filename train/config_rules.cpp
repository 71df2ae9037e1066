#include "train/config_rules.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/errors.hpp"
#include "data/sources.hpp"
#include "layers/initializers.hpp"
#include "layers/losses.hpp"
#include "train/config.hpp"
#include "train/config_choice.hpp"

namespace clino {

namespace {

using Path = std::initializer_list<std::string_view>;

class Rules {
 public:
  Rules(const JsonValue& document, const std::vector<Finding>& known)
      : document_(document), known_(known) {}

  std::vector<Finding> find() {
    model_form();
    parts();
    source();
    target_fits_loss();
    end_of_training();
    early_stopping();
    if (const JsonValue* init = at({"model", "init"})) initializer(*init, "/model/init");
    if (const JsonValue* layers = at({"model", "layers"})) each_layer(*layers, "/model/layers");
    return std::move(findings_);
  }

 private:
  // What is given at a path: neither absent nor null.
  const JsonValue* at(Path path) const {
    const JsonValue* value = &document_;
    for (const std::string_view key : path) {
      value = value->find(key);
      if (value == nullptr || value->is_null()) return nullptr;
    }
    return value;
  }

  double number_at(Path path, double fallback) const {
    const JsonValue* value = at(path);
    if (value == nullptr) return fallback;
    if (const auto* whole = std::get_if<std::int64_t>(&value->scalar)) {
      return static_cast<double>(*whole);
    }
    const auto* number = std::get_if<double>(&value->scalar);
    return number == nullptr ? fallback : *number;
  }

  void report(const JsonValue& value, std::string pointer, std::string message) {
    findings_.push_back({value.where, std::move(pointer), std::move(message)});
  }

  // Whether the check of the schema found nothing at or below a pointer.
  bool sound(const std::string& pointer) const {
    return std::none_of(known_.begin(), known_.end(), [&](const Finding& finding) {
      return finding.pointer == pointer || finding.pointer.rfind(pointer + "/", 0) == 0;
    });
  }

  void model_form() {
    const JsonValue* model = at({"model"});
    const JsonValue* hidden = at({"model", "hidden"});
    const JsonValue* layers = at({"model", "layers"});
    const JsonValue* activation = at({"model", "activation"});
    if (model == nullptr || model->kind != JsonValue::Kind::object) return;
    if (hidden == nullptr && layers == nullptr) {
      report(*model, "/model", R"(expected "hidden" or "layers", found neither)");
    }
    if (layers == nullptr) return;
    if (hidden != nullptr) {
      report(*hidden, "/model/hidden", "impossible beside \"layers\"; expected one of them");
    }
    if (activation != nullptr) {
      report(*activation, "/model/activation",
             "impossible beside \"layers\"; expected activations among the layers");
    }
  }

  // How the samples are divided.
  void parts() {
    const DataConfig defaults;
    const double validation =
        number_at({"data", "validation_fraction"}, defaults.validation_fraction);
    const double test = number_at({"data", "test_fraction"}, defaults.test_fraction);
    const JsonValue* given = at({"data", "test_fraction"});
    if (given == nullptr || !sound("/data/test_fraction")) return;
    if (validation + test >= 1 && sound("/data/validation_fraction")) {
      report(
          *given, "/data/test_fraction",
          "leaves nothing to train on; expected validation_fraction + test_fraction < 1, found " +
              to_text(OptionValue(validation + test)));
    }
    const bool has_test_file =
        at({"data", "test_path"}) != nullptr || at({"data", "test", "images"}) != nullptr;
    if (test > 0 && has_test_file) {
      report(*given, "/data/test_fraction", "impossible beside a test file; expected 0");
    }
  }

  void source() {
    const JsonValue* data = at({"data"});
    if (data == nullptr || !sound("/data")) return;
    const Choice choice = choice_from(data, data_source_catalogue(), "source", "");
    for (const SourceFinding& finding : source_findings(choice)) {
      std::string pointer = "/data/" + finding.option;
      std::replace(pointer.begin(), pointer.end(), '.', '/');
      report(place_of(*data, finding.option), std::move(pointer), finding.message);
    }
  }

  // The value of a dotted option, or the nearest object around it.
  static const JsonValue& place_of(const JsonValue& object, const std::string& option) {
    const std::size_t dot = option.find('.');
    const JsonValue* value = object.find(option.substr(0, dot));
    if (value == nullptr) return object;
    return dot == std::string::npos ? *value : place_of(*value, option.substr(dot + 1));
  }

  // Nothing where the loss is absent or unknown.
  std::optional<TargetKind> loss_target() const {
    if (at({"loss"}) == nullptr || !sound("/loss")) return std::nullopt;
    return target_kind(type_of(at({"loss"}), "type", ""));
  }

  void target_fits_loss() {
    static constexpr std::array<std::string_view, 2> kNumberSources{"sine", "function"};
    const auto kind = loss_target();
    const JsonValue* source = at({"data", "source"});
    if (!kind || *kind == TargetKind::numbers || source == nullptr) return;
    const std::string type = type_of(source, "source", "");
    const JsonValue* target = at({"data", "target"});
    if (target != nullptr && target->text() != nullptr && *target->text() == "input") {
      report(
          *target, "/data/target",
          "the inputs are no classes; expected another target, or a loss of numbers such as mse");
    }
    if (std::count(kNumberSources.begin(), kNumberSources.end(), type) > 0) {
      report(*at({"loss"}), "/loss",
             "\"" + type + "\" has numbers as targets, not classes; expected mse, mae or huber");
    }
    const JsonValue* classes = at({"data", "classes"});
    if (*kind == TargetKind::binary && classes != nullptr &&
        number_at({"data", "classes"}, 2) != 2) {
      report(*classes, "/data/classes",
             "the loss is for two classes; expected 2, or softmax_cross_entropy");
    }
  }

  void end_of_training() {
    const JsonValue* training = at({"training"});
    const bool epochs = at({"training", "epochs"}) != nullptr;
    const bool steps = at({"training", "max_steps"}) != nullptr;
    const bool seconds = at({"training", "max_seconds"}) != nullptr;
    const JsonValue* explicit_epochs = training == nullptr ? nullptr : training->find("epochs");
    if (explicit_epochs != nullptr && !epochs && !steps && !seconds) {
      report(*explicit_epochs, "/training/epochs",
             "nothing ends the training; expected epochs, max_steps or max_seconds");
    }
    const JsonValue* schedule = at({"optimizer", "schedule"});
    const std::string type = type_of(schedule, "type", "");
    if ((type == "cosine" || type == "one_cycle") && seconds && !epochs && !steps) {
      report(*schedule, "/optimizer/schedule",
             "\"" + type +
                 "\" needs to know the number of steps; expected training.epochs or "
                 "training.max_steps");
    }
  }

  void early_stopping() {
    const JsonValue* stopping = at({"training", "early_stopping"});
    if (stopping == nullptr) return;
    const double validation =
        number_at({"data", "validation_fraction"}, DataConfig{}.validation_fraction);
    if (validation == 0) {
      report(*stopping, "/training/early_stopping",
             "impossible without a validation part; expected data.validation_fraction > 0");
    }
    const JsonValue* metric = stopping->find("metric");
    const bool accuracy =
        metric != nullptr && metric->text() != nullptr && *metric->text() == "accuracy";
    if (accuracy && loss_target() == TargetKind::numbers) {
      report(*metric, "/training/early_stopping/metric",
             "the loss knows no classes; expected \"loss\"");
    }
  }

  void initializer(const JsonValue& init, const std::string& pointer) {
    if (!sound(pointer)) return;
    try {
      complete_initializer(
          choice_from(&init, initializer_catalogue(), "type", ModelConfig{}.init.type));
    } catch (const UsageError& error) {
      report(init, pointer, error.what());
    }
  }

  void each_layer(const JsonValue& layers, const std::string& pointer) {
    for (std::size_t i = 0; i < layers.items.size(); ++i) {
      const JsonValue& layer = layers.items[i];
      const std::string here = pointer_to(pointer, std::to_string(i));
      if (type_of(&layer, "type", "") == "batch_norm" &&
          number_at({"training", "batch_size"}, static_cast<double>(TrainingConfig{}.batch_size)) ==
              1) {
        report(layer, here,
               "impossible with batches of one sample; expected training.batch_size > 1");
      }
      const JsonValue* init = layer.find("init");
      if (init != nullptr && !init->is_null()) initializer(*init, here + "/init");
      if (const JsonValue* inner = layer.find("layers")) each_layer(*inner, here + "/layers");
    }
  }

  const JsonValue& document_;
  const std::vector<Finding>& known_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> find_impossible(const JsonValue& document, const std::vector<Finding>& known) {
  return Rules(document, known).find();
}

}  // namespace clino
