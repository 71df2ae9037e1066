#include "layers/losses.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "core/errors.hpp"
#include "core/ops/ops.hpp"

namespace clino {
namespace {

/// What a recording rule gets.
struct LossInputs {
  Var prediction;
  Var target;
  Var weight;
  std::vector<double> class_weights;
  std::string label;
};

struct Loss {
  CatalogueEntry entry;
  TargetKind target;
  Var (*record)(Graph&, const Choice&, const LossInputs&);
};

Var record_softmax(Graph& graph, const Choice& loss, const LossInputs& in) {
  return softmax_cross_entropy(graph, in.prediction, in.target, in.weight,
                               {.temperature = loss.get<double>("temperature"),
                                .label_smoothing = loss.get<double>("label_smoothing"),
                                .class_weights = in.class_weights},
                               in.label);
}

Var record_binary(Graph& graph, const Choice& /*loss*/, const LossInputs& in) {
  return binary_cross_entropy(graph, in.prediction, in.target, in.weight, in.class_weights,
                              in.label);
}

Var record_mse(Graph& graph, const Choice& /*loss*/, const LossInputs& in) {
  return mean_squared_error(graph, in.prediction, in.target, in.weight, in.label);
}

Var record_mae(Graph& graph, const Choice& /*loss*/, const LossInputs& in) {
  return mean_absolute_error(graph, in.prediction, in.target, in.weight, in.label);
}

Var record_huber(Graph& graph, const Choice& loss, const LossInputs& in) {
  return huber_loss(graph, in.prediction, in.target, in.weight, loss.get<double>("delta"),
                    in.label);
}

const std::vector<Loss>& losses() {
  static const Option class_weights{
      .name = "class_weights",
      .types = kNull | kText | kNumbers,
      .default_value = {},
      .description = "a weight for each class, or n / (classes x samples of the class)",
      .range = kNonNegative,
      .choices = {"balanced"}};
  static const std::vector<Loss> all = {
      {{"softmax_cross_entropy",
        "classes, from one logit each",
        {{.name = "temperature",
          .default_value = 1.0,
          .description = "divides the logits and nothing else",
          .range = kPositive},
         {.name = "label_smoothing",
          .default_value = 0.0,
          .description = "share of the target spread evenly over all classes",
          .range = kUnit},
         class_weights}},
       TargetKind::classes,
       record_softmax},
      {{"binary_cross_entropy", "two classes, from the logit of the second", {class_weights}},
       TargetKind::binary,
       record_binary},
      {{"mse", "numbers: mean squared error", {}}, TargetKind::numbers, record_mse},
      {{"mae", "numbers: mean absolute error", {}}, TargetKind::numbers, record_mae},
      {{"huber",
        "numbers: squared near 0, absolute beyond delta (Huber 1964)",
        {{.name = "delta",
          .default_value = 1.0,
          .description = "error at which the square ends",
          .range = kPositive}}},
       TargetKind::numbers,
       record_huber},
  };
  return all;
}

const Loss& find_loss(std::string_view type) {
  const auto found = std::find_if(losses().begin(), losses().end(),
                                  [&](const Loss& loss) { return loss.entry.name == type; });
  if (found == losses().end()) find_entry(loss_catalogue(), type, "loss");  // throws
  return *found;
}

std::vector<double> balanced_weights(std::span<const double> class_totals) {
  const double sum = std::accumulate(class_totals.begin(), class_totals.end(), 0.0);
  std::vector<double> weights;
  for (const double total : class_totals) {
    weights.push_back(total > 0 ? sum / (static_cast<double>(class_totals.size()) * total) : 1);
  }
  return weights;
}

}  // namespace

const Catalogue& loss_catalogue() {
  static const Catalogue catalogue = [] {
    Catalogue entries;
    for (const Loss& loss : losses()) entries.push_back(loss.entry);
    return entries;
  }();
  return catalogue;
}

TargetKind target_kind(std::string_view loss_type) { return find_loss(loss_type).target; }

Index outputs_needed(std::string_view loss_type, Index count) {
  if (target_kind(loss_type) != TargetKind::binary) return count;
  if (count == 2) return 1;
  throw UsageError(std::string(loss_type) + " needs 2 classes, found " + std::to_string(count) +
                   (count > 2 ? "; softmax_cross_entropy takes any number" : ""));
}

Index target_rows(TargetKind kind, Index outputs) {
  return kind == TargetKind::numbers ? outputs : 1;
}

std::vector<double> resolve_class_weights(const Choice& loss,
                                          std::span<const double> class_totals) {
  if (!loss.has("class_weights")) return {};
  if (std::holds_alternative<std::string>(loss.options.at("class_weights"))) {
    return balanced_weights(class_totals);
  }
  auto weights = loss.get<std::vector<double>>("class_weights");
  if (weights.size() == class_totals.size()) return weights;
  throw UsageError("class_weights of " + loss.type + " holds " + std::to_string(weights.size()) +
                   " numbers, the data have " + std::to_string(class_totals.size()) + " classes");
}

Var record_loss(Graph& graph, const Choice& loss, Var prediction, Var target, Var weight,
                std::span<const double> class_weights, std::string label) {
  const Choice choice = complete(loss_catalogue(), loss, "loss");
  std::vector<double> weights(class_weights.begin(), class_weights.end());
  if (weights.empty() && choice.has("class_weights")) {
    throw UsageError("loss " + choice.type +
                     " asks for class weights and got none: call resolve_class_weights");
  }
  return find_loss(choice.type)
      .record(graph, choice, {prediction, target, weight, std::move(weights), std::move(label)});
}

Var record_teaching(Graph& graph, const Choice& loss, Var target_loss, Var prediction, Var teacher,
                    Var target, Var weight, std::span<const double> class_weights,
                    const Teaching& teaching) {
  const Choice choice = complete(loss_catalogue(), loss, "loss");
  if (target_kind(choice.type) == TargetKind::numbers) {
    throw UsageError("a teacher needs a loss of classes, found " + choice.type);
  }
  if (!kUnit.contains(teaching.mix)) {
    throw UsageError("the mix of a teacher must be in [0, 1], found " +
                     to_text(OptionValue(teaching.mix)));
  }
  const double own = choice.has("temperature") ? choice.get<double>("temperature") : 1;
  const Var logits = own == 1 ? prediction : scale(graph, prediction, 1 / own, "softened");
  const Var taught =
      distillation_loss(graph, logits, teacher, target, weight,
                        {.temperature = teaching.temperature,
                         .class_weights = {class_weights.begin(), class_weights.end()}},
                        "teacher_loss");
  return add(graph, scale(graph, target_loss, 1 - teaching.mix, "target_share"),
             scale(graph, taught, teaching.mix, "teacher_share"), "loss");
}

}  // namespace clino
