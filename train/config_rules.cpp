#include "train/config_rules.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include "data/sources.hpp"
#include "layers/losses.hpp"
#include "train/config.hpp"
#include "train/config_choice.hpp"
#include "train/config_model_rules.hpp"
#include "train/config_rule_base.hpp"

namespace clino {

namespace {

class Rules : private RuleBase {
 public:
  using RuleBase::RuleBase;

  std::vector<Finding> find() {
    parts();
    folds();
    source();
    target_fits_loss();
    end_of_training();
    early_stopping();
    class_weights();
    teacher();
    optimizer();
    return take();
  }

 private:
  // The share of the validation part; 0 where folds make it.
  double validation_fraction() const {
    if (at({"data", "folds"}) != nullptr) return 0;
    return number_at({"data", "validation_fraction"}, DataConfig{}.validation_fraction);
  }

  // How the samples are divided.
  void parts() {
    const double test = number_at({"data", "test_fraction"}, DataConfig{}.test_fraction);
    const JsonValue* given = at({"data", "test_fraction"});
    if (given == nullptr || !sound("/data/test_fraction")) return;
    if (validation_fraction() + test >= 1 && sound("/data/validation_fraction")) {
      report(
          *given, "/data/test_fraction",
          "leaves nothing to train on; expected validation_fraction + test_fraction < 1, found " +
              to_text(OptionValue(validation_fraction() + test)));
    }
    const bool has_test_file =
        at({"data", "test_path"}) != nullptr || at({"data", "test", "images"}) != nullptr;
    if (test > 0 && has_test_file) {
      report(*given, "/data/test_fraction", "impossible beside a test file; expected 0");
    }
  }

  // Of cross-validation.
  void folds() {
    const JsonValue* folds = at({"data", "folds"});
    const JsonValue* fold = at({"data", "fold"});
    if (folds == nullptr) {
      if (fold != nullptr) {
        report(*fold, "/data/fold",
               "means nothing without folds; expected data.folds beside it, or no fold");
      }
      return;
    }
    const JsonValue* fraction = at({"data", "validation_fraction"});
    const double given = number_at({"data", "validation_fraction"}, 0);
    if (given != 0 && sound("/data/validation_fraction")) {
      report(*fraction, "/data/validation_fraction",
             "the folds make the validation part; expected 0 or no validation_fraction, found " +
                 to_text(OptionValue(given)));
    }
    if (fold == nullptr || !sound("/data/folds") || !sound("/data/fold")) return;
    const double count = number_at({"data", "folds"}, 0);
    const double number = number_at({"data", "fold"}, 0);
    if (number >= count) {
      report(*fold, "/data/fold",
             "expected one of the folds 0 to " + to_text(OptionValue(count - 1)) + ", found " +
                 to_text(OptionValue(number)));
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

  // Of the data, where a generator or the loss tells it without reading any.
  std::optional<std::size_t> class_count() const {
    static constexpr std::array<std::string_view, 5> kTwoClasses{"two_spirals", "moons", "circles",
                                                                 "xor", "checkerboard"};
    if (loss_target() == TargetKind::binary) return 2;
    if (at({"data"}) == nullptr || !sound("/data")) return std::nullopt;
    const Choice source = choice_from(at({"data"}), data_source_catalogue(), "source", "");
    if (source.type == "blobs") {
      return static_cast<std::size_t>(source.get<std::int64_t>("classes"));
    }
    if (std::count(kTwoClasses.begin(), kTwoClasses.end(), source.type) > 0) return 2;
    return std::nullopt;
  }

  void class_weights() {
    const JsonValue* weights = at({"loss", "class_weights"});
    if (weights == nullptr || weights->kind != JsonValue::Kind::list || !sound("/loss")) return;
    const std::size_t given = weights->items.size();
    const std::optional<std::size_t> classes = class_count();
    if (given == 0 || given != classes.value_or(given)) {
      report(*weights, "/loss/class_weights",
             "expected a weight for each " +
                 (classes ? "of " + std::to_string(*classes) + " classes" : "class") + ", found " +
                 std::to_string(given));
    } else if (std::all_of(weights->items.begin(), weights->items.end(),
                           [](const JsonValue& weight) { return number_of(weight) == 0; })) {
      report(*weights, "/loss/class_weights",
             "leaves nothing to learn; expected a weight > 0, found zeros alone");
    }
  }

  void teacher() {
    const JsonValue* value = at({"teacher"});
    if (value == nullptr || loss_target() != TargetKind::numbers) return;
    report(*value, "/teacher",
           "the loss has no classes, and a teacher gives probabilities of classes; expected "
           "softmax_cross_entropy or binary_cross_entropy as loss, or no teacher");
  }

  void optimizer() {
    const JsonValue* nesterov = at({"optimizer", "nesterov"});
    if (nesterov == nullptr || !sound("/optimizer")) return;
    if (nesterov->scalar == OptionValue(true) && number_at({"optimizer", "momentum"}, 0) == 0) {
      report(*nesterov, "/optimizer/nesterov",
             "impossible without momentum; expected optimizer.momentum > 0");
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
    if (validation_fraction() == 0 && at({"data", "folds"}) == nullptr) {
      report(*stopping, "/training/early_stopping",
             "impossible without a validation part; expected data.validation_fraction > 0, or "
             "data.folds");
    }
    const JsonValue* metric = stopping->find("metric");
    const bool accuracy =
        metric != nullptr && metric->text() != nullptr && *metric->text() == "accuracy";
    if (accuracy && loss_target() == TargetKind::numbers) {
      report(*metric, "/training/early_stopping/metric",
             "the loss knows no classes; expected \"loss\"");
    }
  }
};

}  // namespace

std::vector<Finding> find_impossible(const JsonValue& document, const std::vector<Finding>& known) {
  std::vector<Finding> findings = find_impossible_in_model(document, known);
  std::vector<Finding> others = Rules(document, known).find();
  std::move(others.begin(), others.end(), std::back_inserter(findings));
  return findings;
}

}  // namespace clino
