#include "train/config_model_rules.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "core/errors.hpp"
#include "layers/activations/list.hpp"
#include "layers/initializers.hpp"
#include "train/config.hpp"
#include "train/config_choice.hpp"
#include "train/config_rule_base.hpp"

namespace clino {

namespace {

class ModelRules : private RuleBase {
 public:
  using RuleBase::RuleBase;

  std::vector<Finding> find() {
    form();
    const JsonValue* init = at({"model", "init"});
    model_init_ = type_of(init, "type", ModelConfig{}.init.type);
    if (init != nullptr) initializer(*init, "/model/init");
    if (const JsonValue* layers = at({"model", "layers"})) {
      walk(*layers, "/model/layers");
      feed_dense(model_init_);  // the output layer
    } else if (const JsonValue* choice = at({"model", "activation"})) {
      activation(*choice, "/model/activation");
      const JsonValue* hidden = at({"model", "hidden"});
      if (hidden != nullptr && !hidden->items.empty()) feed_dense(model_init_);
    }
    return take();
  }

 private:
  /// An activation whose values the next dense layer reads, as `Recorder::feeding`.
  struct Feeding {
    std::shared_ptr<const Activation> activation = {};
    const JsonValue* value = nullptr;
    std::string pointer = {};
  };

  void form() {
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

  void initializer(const JsonValue& init, const std::string& pointer) {
    if (!sound(pointer)) return;
    try {
      complete_initializer(
          choice_from(&init, initializer_catalogue(), "type", ModelConfig{}.init.type));
    } catch (const UsageError& error) {
      report(init, pointer, error.what());
    }
  }

  void activation(const JsonValue& value, const std::string& pointer) {
    feeding_ = {};
    if (!sound(pointer)) return;
    try {
      feeding_ = {make_activation(choice_from(&value, activation_catalogue(), "type", "")), &value,
                  pointer};
    } catch (const Error& error) {
      report(value, pointer, error.what());
    }
  }

  // A dense layer takes what feeds it. Not every activation has a gain, and only `auto` asks for
  // it.
  void feed_dense(const std::string& init) {
    const Feeding feeding = std::exchange(feeding_, {});
    if (feeding.activation == nullptr || init != "auto") return;
    try {
      forward_gain(*feeding.activation);
    } catch (const NumericalError& error) {
      report(*feeding.value, feeding.pointer,
             std::string(error.what()) + "; expected other options, or an init other than auto");
    }
  }

  // Recursion is as deep as the document, which its reader limits.
  void walk(const JsonValue& layers, const std::string& pointer) {
    for (std::size_t i = 0; i < layers.items.size(); ++i) {
      layer(layers.items[i], pointer_to(pointer, std::to_string(i)));
    }
  }

  void layer(const JsonValue& value, const std::string& here) {
    const std::string type = type_of(&value, "type", "");
    if (type == "dense") return dense(value, here);
    if (type == "residual") return residual(value, here);
    if (type == "dropout") return;
    feeding_ = {};
    if (type == "batch_norm") return batch_norm(value, here);
    const Catalogue& activations = activation_catalogue();
    if (std::any_of(activations.begin(), activations.end(),
                    [&](const CatalogueEntry& entry) { return entry.name == type; })) {
      activation(value, here);
    }
  }

  void dense(const JsonValue& value, const std::string& here) {
    const JsonValue* units = value.find("units");
    width_ = units == nullptr ? std::nullopt : number_of(*units);
    const JsonValue* init = value.find("init");
    const bool own = init != nullptr && !init->is_null();
    if (own) initializer(*init, here + "/init");
    feed_dense(own ? type_of(init, "type", ModelConfig{}.init.type) : model_init_);
  }

  void residual(const JsonValue& value, const std::string& here) {
    const JsonValue* block = value.find("layers");
    if (block == nullptr || block->kind != JsonValue::Kind::list) return;
    if (block->items.empty()) {
      report(*block, here + "/layers", "expected at least one layer, found an empty list");
    }
    const std::optional<double> input = width_;
    walk(*block, here + "/layers");
    if (input && width_ && *input != *width_) {
      report(*block, here + "/layers",
             "the block's output is added to its input; expected a width of " +
                 to_text(OptionValue(*input)) + ", found " + to_text(OptionValue(*width_)));
    }
    if (input) width_ = input;
    feeding_ = {};
  }

  void batch_norm(const JsonValue& value, const std::string& here) {
    const auto usual = static_cast<double>(TrainingConfig{}.batch_size);
    if (number_at({"training", "batch_size"}, usual) == 1) {
      report(value, here,
             "impossible with batches of one sample; expected training.batch_size > 1");
    }
  }

  std::string model_init_;
  Feeding feeding_;
  std::optional<double> width_;  ///< of what the next layer reads; the data's is not known
};

}  // namespace

std::vector<Finding> find_impossible_in_model(const JsonValue& document,
                                              const std::vector<Finding>& known) {
  return ModelRules(document, known).find();
}

}  // namespace clino
