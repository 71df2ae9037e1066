#include "report/diagnosis.hpp"

#include <algorithm>
#include <cmath>

#include "report/diagnosis_rules.hpp"
#include "report/diagnosis_text.hpp"
#include "report/number_text.hpp"
#include "report/page.hpp"
#include "report/text_fields.hpp"

namespace clino {

namespace {

using namespace report;  // NOLINT(google-build-using-namespace): this file is its front

/// Causes before what follows from them: of two findings equally severe the first is told first.
constexpr Rule kRules[] = {
    find_large_updates,  find_linear_net,    find_clipping,      find_small_updates,
    find_exploding_loss, find_nonfinite,     find_dead_units,    find_dead_in_batches,
    find_saturation,     find_inactivity,    find_fading_signal, find_lost_signal,
    find_fading_outputs, find_alike_samples, find_zigzag_steps,  find_one_sided_gradients,
    find_grown_weights,  find_no_learning,   find_overfitting,
};

/// Of all dense layers and records.
std::string update_words(const Evidence& evidence) {
  std::vector<double> ratios;
  for (const LayerLog* layer : evidence.dense) {
    for (const LayerPoint& point : layer->points) ratios.push_back(point.update_ratio);
  }
  const double middle = report::median(ratios);
  return std::isnan(middle) ? "" : ", an update is " + figure(middle) + " of |W| in the median";
}

std::string validation_words(const RunLog& log) {
  const MetricsPoint* last = last_metrics(log, "validation");
  if (last == nullptr) return "";
  return " (validation " + figure(last->loss) +
         (last->accuracy ? ", accuracy " + share_text(*last->accuracy) : "") + ")";
}

/// A run in figures, where nothing else is to be said.
Diagnosis nothing_conspicuous(const Evidence& evidence) {
  const RunLog& log = evidence.log;
  if (log.steps.empty() && log.metrics.empty()) return {.text = "Nothing has been logged yet"};
  std::string text = "Nothing conspicuous in " + counted(evidence.steps, "step") + ": ";
  const double first = log.steps.empty() ? log.metrics.front().loss : log.steps.front().loss;
  text += "the loss went from " + figure(first) + " to " + figure(evidence.levels.end) +
          validation_words(log) + update_words(evidence);
  if (log.layers.empty()) text += "; layers were not logged";
  return {.text = text};
}

}  // namespace

std::string_view to_text(Diagnosis::Severity severity) {
  if (severity == Diagnosis::Severity::note) return "note";
  return severity == Diagnosis::Severity::warning ? "warning" : "severe";
}

std::vector<Diagnosis> diagnose(const RunLog& log) {
  const Evidence evidence(log);
  Findings found;
  for (const Rule rule : kRules) rule(evidence, found);
  if (found.empty()) found.push_back(nothing_conspicuous(evidence));
  std::ranges::stable_sort(found, std::ranges::greater{}, &Diagnosis::severity);
  for (Diagnosis& finding : found) finding.text = one_line(finding.text);
  return found;
}

}  // namespace clino
