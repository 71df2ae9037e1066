#include "compare/samples.hpp"

#include <algorithm>
#include <limits>
#include <map>

namespace clino::compare {

namespace {

constexpr statistics::Interval kAnything = statistics::Measurement{}.possible;

/// The horizon is known in epochs: what it is in the unit of a measure, for one run that was
/// completed.
double horizon_in_unit(const Comparison& comparison, const Measure& measure,
                       const RunOutcome& outcome) {
  const auto epochs = static_cast<std::size_t>(comparison.horizon);
  if (measure.name == "epochs_to_target") return comparison.horizon;
  if (measure.name == "steps_to_target") return comparison.horizon * outcome.steps_per_epoch();
  const std::vector<double>& seconds = outcome.curves.seconds;
  return seconds.empty() ? 0 : seconds[std::min(epochs, seconds.size()) - 1];
}

/// For the runs of a variation; where none of them was completed, for those of all: one that failed
/// has no horizon of its own.
double measured_horizon(const Comparison& comparison, const VariationResult& variation,
                        const Measure& measure) {
  double own = 0, of_all = 0;
  for (const RunResult& run : comparison.runs) {
    if (run.outcome.status == "completed") {
      of_all = std::max(of_all, horizon_in_unit(comparison, measure, run.outcome));
    }
  }
  for (const std::size_t index : variation.runs) {
    const RunOutcome& outcome = comparison.runs[index].outcome;
    if (outcome.status == "completed") {
      own = std::max(own, horizon_in_unit(comparison, measure, outcome));
    }
  }
  if (own > 0) return own;
  return of_all > 0 ? of_all : comparison.horizon;
}

/// How long a run was watched, in the unit of a measure.
double watched(const Measure& measure, const RunOutcome& outcome) {
  if (measure.name == "epochs_to_target") return static_cast<double>(outcome.epochs);
  if (measure.name == "steps_to_target") return static_cast<double>(outcome.steps);
  return outcome.curves.seconds.empty() ? 0 : outcome.curves.seconds.back();
}

/// When a run reached the target, or how long it was watched without. One that failed or stopped
/// early would not get there however long one waits: it stays among those at risk for good.
statistics::Observation observe(const Measure& measure, const RunOutcome& outcome) {
  const std::optional<double> time = outcome.figure(measure.name);
  if (time) return {*time, true};
  if (outcome.status == "completed") return {watched(measure, outcome), false};
  return {std::numeric_limits<double>::infinity(), false};
}

/// What a pair shares. Of runs that were found the data have to be the same too.
Sample::Key sample_key(const Comparison& comparison, const RunResult& run) {
  return {run.seed, run.fold.value_or(0), comparison.existing ? run.outcome.data_hash : ""};
}

}  // namespace

Sample sample_of(const Comparison& comparison, const VariationResult& variation,
                 const Measure& measure) {
  Sample sample;
  if (measure.to_target) sample.horizon = measured_horizon(comparison, variation, measure);
  for (const std::size_t index : variation.runs) {
    const RunResult& run = comparison.runs[index];
    const RunOutcome& outcome = run.outcome;
    std::optional<double> value;
    if (measure.to_target) {
      sample.times.push_back(observe(measure, outcome));
      value = std::min(sample.times.back().time, sample.horizon);
    } else if (!outcome.failed()) {
      value = outcome.figure(measure.name);
    }
    if (!value) continue;
    sample.keys.push_back(sample_key(comparison, run));
    sample.values.push_back(*value);
    if (measure.resolution != nullptr && !outcome.failed()) {
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
