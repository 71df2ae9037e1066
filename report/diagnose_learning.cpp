#include <cmath>

#include "report/diagnosis_rules.hpp"
#include "report/diagnosis_text.hpp"
#include "report/number_text.hpp"
#include "report/page.hpp"

namespace clino::report {

namespace {

/// Epochs to be seen before a validation loss is said to rise.
constexpr std::size_t kFewEpochs = 5;
/// The rise, as a share of what a net that learned nothing has: validation scatters by less.
constexpr double kRise = 0.1;
/// Below this share of it a validation loss may do what it wants: hardly an answer is wrong.
constexpr double kGood = 0.02;
/// Validation loss less training loss, by the same measure, where nothing rises.
constexpr double kGap = 0.25;

/// Dense layers, and whether something that is not linear stands between.
struct Kinds {
  std::size_t dense = 1;  ///< the output layer is not in the list
  bool linear = true;
};

void count_kinds(const std::vector<LayerSpec>& layers, Kinds& kinds) {
  for (const LayerSpec& layer : layers) {
    const std::string& type = layer.choice.type;
    if (type == "dense") ++kinds.dense;
    const bool linear = type == "dense" || type == "identity" || type == "dropout" ||
                        type == "batch_norm" || type == "residual";
    kinds.linear = kinds.linear && linear && !layer.activation;
    count_kinds(layer.layers, kinds);
  }
}

std::vector<const MetricsPoint*> metrics_of(const RunLog& log, std::string_view split) {
  std::vector<const MetricsPoint*> points;
  for (const MetricsPoint& point : log.metrics) {
    if (point.split == split && std::isfinite(point.loss)) points.push_back(&point);
  }
  return points;
}

double mean_of_last(const std::vector<const MetricsPoint*>& points) {
  double sum = 0;
  for (std::size_t i = points.size() - kLastEpochs; i < points.size(); ++i) sum += points[i]->loss;
  return sum / static_cast<double>(kLastEpochs);
}

bool any_cause(const Findings& found) {
  return std::ranges::any_of(found, [](const Diagnosis& finding) {
    return finding.severity != Diagnosis::Severity::note;
  });
}

std::string learned_nothing(const Evidence& evidence) {
  const LossLevels& levels = evidence.levels;
  const MetricsPoint* train = last_metrics(evidence.log, "train");
  std::string text = "The net does not learn: after " + counted(evidence.steps, "step") +
                     (evidence.log.summary ? "" : " so far") + " the training loss is " +
                     figure(levels.end);
  if (!levels.classes) return text + ", and at the start it was " + figure(levels.start);
  text += ", and guessing among " + count_text(static_cast<std::uint64_t>(*levels.classes)) +
          " classes gives " + figure(levels.start);
  if (train != nullptr && train->accuracy) {
    text += " (accuracy " + share_text(*train->accuracy) + ")";
  }
  return text;
}

}  // namespace

void find_linear_net(const Evidence& evidence, Findings& found) {
  Kinds kinds;
  count_kinds(evidence.log.config.model.layers, kinds);
  const bool stuck = evidence.learning == Learning::none && !evidence.failed;
  // Without a hidden layer nobody expects anything else.
  if (!kinds.linear || (kinds.dense == 1 && !stuck)) return;
  std::string text = "The net is linear: ";
  text += kinds.dense == 1 ? "it has no hidden layer, and draws"
                           : "without activations between them its " + std::to_string(kinds.dense) +
                                 " dense layers are one matrix, which draws";
  text += " straight lines and borders only";
  found.push_back(
      {.severity = stuck ? Diagnosis::Severity::severe : Diagnosis::Severity::note, .text = text});
}

void find_no_learning(const Evidence& evidence, Findings& found) {
  if (evidence.learning != Learning::none || evidence.failed) return;
  std::string text = learned_nothing(evidence);
  if (!any_cause(found) && !evidence.dense.empty()) {
    text += "; signals arrive and weights move, so look at data, labels and the size of the net";
  }
  found.push_back({.severity = Diagnosis::Severity::severe, .text = text});
}

void find_overfitting(const Evidence& evidence, Findings& found) {
  const auto train = metrics_of(evidence.log, "train");
  const auto validation = metrics_of(evidence.log, "validation");
  if (train.size() < kFewEpochs || validation.size() < kFewEpochs) return;
  double measure = validation.front()->loss;
  if (evidence.levels.start > 0) measure = std::min(measure, evidence.levels.start);
  const MetricsPoint& best = **std::ranges::min_element(
      validation, {}, [](const MetricsPoint* point) { return point->loss; });
  const MetricsPoint* train_then = metrics_at(evidence.log, "train", best.epoch);
  const double last = mean_of_last(validation), train_last = mean_of_last(train);
  const bool rises = train_then != nullptr && !(last < kGood * evidence.levels.start) &&
                     last - best.loss >= kRise * measure && train_last < train_then->loss &&
                     train_last < last;
  if (rises) {
    found.push_back({.severity = Diagnosis::Severity::warning,
                     .text = "The net overfits since epoch " + count_text(best.epoch) +
                             ": from there the validation loss rose from " + figure(best.loss) +
                             " to " + figure(last) + " while the training loss fell from " +
                             figure(train_then->loss) + " to " + figure(train_last) +
                             "; best.safetensors has the weights of that epoch",
                     .since_step = best.step});
  } else if (last - train_last >= kGap * measure) {
    found.push_back({.severity = Diagnosis::Severity::note,
                     .text = "The net knows its training part better than it generalises: loss " +
                             figure(train_last) + " there, " + figure(last) +
                             " on the validation part"});
  }
}

}  // namespace clino::report
