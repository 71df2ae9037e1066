#include <cmath>

#include "core/nonfinite.hpp"
#include "report/diagnosis_rules.hpp"
#include "report/diagnosis_text.hpp"
#include "report/number_text.hpp"

namespace clino::report {

namespace {

/// No batch of a net that has learned nothing scatters by that: the largest that was met in healthy
/// runs is 3.4 times the first.
constexpr double kLossExploded = 10;
/// A jump is a batch at twice what nothing learned gives, after the loss had been below half of it.
constexpr double kJumped = 2, kCalm = 0.5;
/// Over so many records the loss before a jump is averaged, by their median.
constexpr std::size_t kBefore = 9;

/// What the loss of a batch is measured against. NaN where nothing is known.
double reference(const Evidence& evidence) {
  const std::vector<StepPoint>& steps = evidence.log.steps;
  const double first = steps.empty() ? 0 : steps.front().loss;
  return std::fmax(first, evidence.levels.start);
}

bool calm_before(const std::vector<StepPoint>& steps, std::size_t i, double start) {
  if (i < kBefore) return false;
  std::vector<double> before;
  for (std::size_t k = i - kBefore; k < i; ++k) before.push_back(steps[k].loss);
  return median(before) <= kCalm * start;
}

void find_jumps(const Evidence& evidence, Findings& found, double start) {
  const std::vector<StepPoint>& steps = evidence.log.steps;
  std::size_t jumps = 0;
  const StepPoint* highest = nullptr;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const bool high = std::isfinite(steps[i].loss) && steps[i].loss >= kJumped * start;
    if (!high || !calm_before(steps, i, start)) continue;
    ++jumps;
    if (highest == nullptr || steps[i].loss > highest->loss) highest = &steps[i];
  }
  if (jumps == 0) return;
  const bool well = evidence.learning == Learning::well;
  found.push_back({.severity = well ? Diagnosis::Severity::note : Diagnosis::Severity::warning,
                   .text = "The loss jumps: at " + counted(jumps, "logged step") +
                           " it was above " + figure(kJumped * start) +
                           " after it had been below " + figure(kCalm * start) + ", the highest " +
                           figure(highest->loss) + " at " + step_words(highest->step)});
}

std::string origin_text(const FirstNonfinite& first) {
  std::string text = "The first number that is not finite is " + first.value;
  text += first.direction == "backward" ? " in the gradient of " : " in ";
  text += first.node == first.layer_name ? "layer " + first.node : first.node;
  if (!first.operation.empty()) text += " (" + first.operation + ")";
  if (first.unit) text += ", unit " + std::to_string(*first.unit);
  if (first.sample) text += ", sample " + std::to_string(*first.sample) + " of the batch";
  text += ", in the " + first.direction + " pass of " + step_words(first.step) +
          ", where training stopped";
  if (first.largest_before > 0) {
    text += "; the largest before it was " + figure(first.largest_before);
  }
  return text;
}

}  // namespace

void find_exploding_loss(const Evidence& evidence, Findings& found) {
  const double start = reference(evidence);
  if (!(start > 0)) return;
  const StepPoint* highest = nullptr;
  for (const StepPoint& point : evidence.log.steps) {
    if (!std::isfinite(point.loss)) continue;
    if (highest == nullptr || point.loss > highest->loss) highest = &point;
  }
  if (highest == nullptr) return;
  if (highest->loss < kLossExploded * start) return find_jumps(evidence, found, start);
  const StepPoint& first = evidence.log.steps.front();
  const bool over = evidence.learning == Learning::well;
  std::string text = std::string("The loss ") + (over ? "rose for a while" : "exploded") +
                     ": it was " + figure(first.loss) + " at " + step_words(first.step) + " and " +
                     figure(highest->loss) + " at " + step_words(highest->step);
  if (!evidence.failed && std::isfinite(evidence.levels.end)) {
    text += "; at the end it is " + figure(evidence.levels.end);
  }
  found.push_back({.severity = evidence.severity(), .text = text});
}

void find_nonfinite(const Evidence& evidence, Findings& found) {
  const auto& summary = evidence.log.summary;
  Diagnosis finding{.severity = Diagnosis::Severity::severe, .text = {}};
  if (summary && summary->first_nonfinite) {
    const FirstNonfinite& first = *summary->first_nonfinite;
    finding.text = origin_text(first);
    finding.layer = first.layer;
    finding.since_step = first.step;
    found.push_back(finding);
    return;
  }
  for (const LayerLog& layer : evidence.log.layers) {
    for (const LayerPoint& point : layer.points) {
      const bool earlier = !finding.since_step || point.step < *finding.since_step;
      if (!(point.nonfinite > 0) || !earlier) continue;
      finding.layer = layer.layer;
      finding.since_step = point.step;
      finding.text = sentence(layer_words(layer)) + " put out " +
                     counted(static_cast<std::uint64_t>(point.nonfinite), "number") +
                     (point.nonfinite > 1 ? " that are" : " that is") + " not finite at " +
                     step_words(point.step);
    }
  }
  // What else ends a run, such as a validation loss, is told by the program alone.
  if (finding.text.empty() && evidence.failed && !summary->findings.empty()) {
    finding.text = sentence(summary->findings.front());
  }
  if (!finding.text.empty()) found.push_back(finding);
}

}  // namespace clino::report
