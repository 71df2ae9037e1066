#include "compare/samples.hpp"

#include <algorithm>
#include <map>

namespace clino::compare {

namespace {

constexpr statistics::Interval kAnything = statistics::Measurement{}.possible;

/// The horizon is known in epochs: what it is in the unit of a measure, for one run.
double horizon_in_unit(const Comparison& comparison, const Measure& measure,
                       const RunOutcome& outcome) {
  const auto epochs = static_cast<std::size_t>(comparison.horizon);
  if (measure.name == "epochs_to_target") return comparison.horizon;
  if (measure.name == "steps_to_target") return comparison.horizon * outcome.steps_per_epoch();
  const std::vector<double>& seconds = outcome.curves.seconds;
  return seconds.empty() ? 0 : seconds[std::min(epochs, seconds.size()) - 1];
}

/// When a run reached the target, or how long it was watched without. One that failed or stopped
/// early would not get there however long one waits: it counts to the horizon.
statistics::Observation observe(const Comparison& comparison, const Measure& measure,
                                const RunOutcome& outcome, double horizon) {
  const std::optional<double> time = outcome.figure(measure.name);
  if (time) return {*time, true};
  if (outcome.status != "completed" || measure.name != "epochs_to_target") return {horizon, false};
  return {std::max(static_cast<double>(outcome.epochs), comparison.horizon), false};
}

}  // namespace

Sample sample_of(const Comparison& comparison, const VariationResult& variation,
                 const Measure& measure) {
  Sample sample;
  for (const std::size_t index : variation.runs) {
    const RunOutcome& outcome = comparison.runs[index].outcome;
    if (measure.to_target) {
      sample.horizon = std::max(sample.horizon, horizon_in_unit(comparison, measure, outcome));
    }
  }
  for (const std::size_t index : variation.runs) {
    const RunResult& run = comparison.runs[index];
    const RunOutcome& outcome = run.outcome;
    std::optional<double> value = outcome.figure(measure.name);
    if (measure.to_target) {
      const statistics::Observation time = observe(comparison, measure, outcome, sample.horizon);
      sample.times.push_back(time);
      value = std::min(time.time, sample.horizon);
    }
    if (!value) continue;
    sample.keys.emplace_back(run.seed, run.fold.value_or(0));
    sample.values.push_back(*value);
    if (measure.resolution != nullptr) {
      sample.resolution = std::max(sample.resolution, measure.resolution(outcome));
    }
    if (comparison.folds && outcome.train_samples > 0) {
      sample.overlap = static_cast<double>(outcome.validation_samples) /
                       static_cast<double>(outcome.train_samples);
    }
  }
  return sample;
}

bool have_same_keys(const Sample& a, const Sample& b) {
  return std::ranges::is_permutation(a.keys, b.keys);
}

void keep_pairs(Sample& a, Sample& b) {
  std::map<Sample::Key, std::pair<double, double>> both;
  std::map<Sample::Key, double> of_a;
  for (std::size_t i = 0; i < a.keys.size(); ++i) of_a[a.keys[i]] = a.values[i];
  for (std::size_t i = 0; i < b.keys.size(); ++i) {
    const auto partner = of_a.find(b.keys[i]);
    if (partner != of_a.end()) both[b.keys[i]] = {partner->second, b.values[i]};
  }
  for (Sample* sample : {&a, &b}) {
    sample->keys.clear();
    sample->values.clear();
  }
  for (const auto& [key, values] : both) {
    a.keys.push_back(key);
    b.keys.push_back(key);
    a.values.push_back(values.first);
    b.values.push_back(values.second);
  }
}

statistics::Measurement measurement_of(const Comparison& comparison, const Measure& measure,
                                       const Sample& a, const Sample& b) {
  const auto positive = [](const Sample& sample) {
    return std::ranges::all_of(sample.values, [](double value) { return value > 0; });
  };
  return {.scale = positive(a) && positive(b) ? measure.scale : statistics::Scale::difference,
          .confidence = comparison.confidence,
          .resolution = std::max(a.resolution, b.resolution),
          .overlap = std::max(a.overlap, b.overlap),
          .possible = measure.share ? statistics::Interval{0, 1} : kAnything};
}

}  // namespace clino::compare
