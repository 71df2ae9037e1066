#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <tuple>

#include "compare/comparison.hpp"
#include "compare/samples.hpp"
#include "compare/sentences.hpp"
#include "statistics/many.hpp"

namespace clino::compare {

namespace {

using statistics::Design;
using statistics::Measurement;

constexpr std::size_t kMostForAllMeasures = 20;

bool any_has(const Comparison& comparison, const Measure& measure) {
  return std::ranges::any_of(comparison.runs, [&](const RunResult& run) {
    return run.outcome.figure(measure.name).has_value();
  });
}

/// The measures that at least one run has a value for; of times, where there is a target.
std::vector<const Measure*> measures_of(const Comparison& comparison) {
  std::vector<const Measure*> found;
  for (const Measure& measure : measures()) {
    const bool there =
        measure.to_target ? comparison.target.has_value() : any_has(comparison, measure);
    if (there) found.push_back(&measure);
  }
  return found;
}

/// Epochs that every run was given which ended by itself: nothing is known of all beyond.
double horizon_of(const Comparison& comparison) {
  double horizon = std::numeric_limits<double>::infinity();
  for (const RunResult& run : comparison.runs) {
    if (run.outcome.status != "completed") continue;
    horizon = std::min(horizon, static_cast<double>(run.outcome.epochs));
  }
  if (std::isfinite(horizon)) return horizon;
  // None ended at its limit: all failed, or all stopped early. Then the longest is what they had.
  horizon = 1;
  for (const RunResult& run : comparison.runs) {
    horizon = std::max(horizon, static_cast<double>(run.outcome.epochs));
  }
  return horizon;
}

MeasureSummary summarize_measure(const Comparison& comparison, const VariationResult& variation,
                                 const Measure& measure) {
  MeasureSummary summary;
  summary.measure = &measure;
  const Sample sample = sample_of(comparison, variation, measure);
  const Measurement measurement = measurement_of(comparison, measure, sample, sample);
  summary.values = statistics::summarize(sample.values, measurement);
  if (measure.to_target) {
    summary.survival = statistics::kaplan_meier(sample.times, sample.horizon, measurement);
    for (const statistics::Observation& time : sample.times) summary.reached += time.happened;
  }
  return summary;
}

/// The samples are copies, of which those without a partner are dropped.
Pair contrast_of(const Comparison& comparison, const Measure& measure, std::size_t a, Sample of_a,
                 std::size_t b, Sample of_b) {
  const bool same_seeds = have_same_keys(of_a, of_b);
  const Design design =
      comparison.design == Design::paired || same_seeds ? Design::paired : Design::independent;
  if (design == Design::paired) keep_pairs(of_a, of_b);
  const Measurement measurement = measurement_of(comparison, measure, of_a, of_b);
  Pair pair{.a = a, .b = b, .measure = &measure, .scale = measurement.scale, .design = design};
  pair.contrast = statistics::contrast(of_a.values, of_b.values, design, measurement);
  pair.a_below =
      statistics::probability_below(of_a.values, of_b.values, design, comparison.confidence);
  return pair;
}

/// Whether with one seed all runs had the same data.
bool have_same_data(const Comparison& comparison) {
  std::map<std::pair<std::uint64_t, Index>, std::string> data;
  return std::ranges::all_of(comparison.runs, [&](const RunResult& run) {
    const std::string& hash = run.outcome.data_hash;
    if (hash.empty()) return true;  // it never got so far
    const std::pair<std::uint64_t, Index> key(run.seed, run.fold.value_or(0));
    return data.try_emplace(key, hash).first->second == hash;
  });
}

/// Of those that are told apart, which one is better.
void decide(Pair& pair, double alpha, std::size_t family, bool ranks, bool overlapping) {
  pair.told_apart = pair.contrast.n >= 2 && pair.adjusted_p <= alpha;
  if (!pair.told_apart) {
    if (!ranks || overlapping) return;  // more folds are no more data
    const double corrected = alpha / static_cast<double>(family);
    pair.seeds_needed = statistics::sample_size(pair.contrast.standardized, pair.design, corrected);
    if (pair.seeds_needed) *pair.seeds_needed = std::max(*pair.seeds_needed, pair.contrast.n + 1);
    return;
  }
  const bool a_lower = pair.contrast.standardized < 0;
  if (pair.measure->better == Better::neither) return;
  pair.better = (pair.measure->better == Better::lower) == a_lower ? pair.a : pair.b;
}

void compare_all_pairs(Comparison& comparison, const Measure& measure) {
  std::vector<Sample> samples;
  samples.reserve(comparison.variations.size());
  for (const VariationResult& variation : comparison.variations) {
    samples.push_back(sample_of(comparison, variation, measure));
  }
  std::vector<Pair> pairs;
  for (std::size_t a = 0; a < comparison.variations.size(); ++a) {
    for (std::size_t b = a + 1; b < comparison.variations.size(); ++b) {
      if (comparison.variations[a].group != comparison.variations[b].group) continue;
      pairs.push_back(contrast_of(comparison, measure, a, samples[a], b, samples[b]));
    }
  }
  std::vector<double> p_values;
  p_values.reserve(pairs.size());
  for (const Pair& pair : pairs) p_values.push_back(pair.contrast.p_value);
  const std::vector<double> adjusted = statistics::holm(p_values);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    pairs[i].adjusted_p = adjusted[i];
    decide(pairs[i], comparison.alpha(), pairs.size(), &measure == comparison.primary,
           comparison.folds.has_value());
    comparison.pairs.push_back(pairs[i]);
  }
}

const Measure* primary_of(const Comparison& comparison, const std::string& wanted) {
  if (!wanted.empty()) return find_measure(wanted);
  if (comparison.target) return find_measure("epochs_to_target");
  const Measure* accuracy = find_measure("final_accuracy");
  const Measure* loss = find_measure("final_loss");
  return any_has(comparison, *loss) && !any_has(comparison, *accuracy) ? loss : accuracy;
}

void rank(Comparison& comparison) {
  std::vector<statistics::Order> told_apart;
  for (const Pair* pair : comparison.primary_pairs()) {
    if (!pair->better) continue;
    told_apart.push_back({*pair->better, *pair->better == pair->a ? pair->b : pair->a});
  }
  const std::vector<Index> ranks = statistics::ranks(comparison.variations.size(), told_apart);
  for (std::size_t i = 0; i < ranks.size(); ++i) {
    VariationResult& variation = comparison.variations[i];
    const bool has_rank = estimate_of(variation, *comparison.primary).has_value() &&
                          comparison.primary->better != Better::neither;
    variation.rank = has_rank ? ranks[i] : 0;
  }
}

std::optional<double> value_of(const Comparison& comparison, const Operand& operand,
                               std::string& reason) {
  if (operand.number) return operand.number;
  for (const VariationResult& variation : comparison.variations) {
    if (variation.label != operand.label) continue;
    const MeasureSummary* summary = variation.find(operand.measure);
    if (variation.failed > 0) {
      reason = std::to_string(variation.failed) + " of " + std::to_string(variation.runs.size()) +
               " runs of " + variation.label + " failed";
    }
    if (summary == nullptr || summary->values.n == 0) return std::nullopt;
    if (summary->survival) {
      return summary->survival->median.value_or(std::numeric_limits<double>::infinity());
    }
    return summary->values.mean;
  }
  return std::nullopt;
}

AssertionResult check(const Comparison& comparison, const Assertion& assertion) {
  AssertionResult result{.text = assertion.text};
  result.left = value_of(comparison, assertion.left, result.reason);
  result.right = value_of(comparison, assertion.right, result.reason);
  if (result.reason.empty() && (!result.left || !result.right)) {
    result.reason = "no run has a value for it";
  }
  result.holds = result.reason.empty() && assertion.holds(*result.left, *result.right);
  return result;
}

}  // namespace

void analyze(Comparison& comparison, const std::string& measure,
             const std::vector<Assertion>& assertions) {
  comparison.same_data = have_same_data(comparison);
  comparison.horizon = horizon_of(comparison);
  comparison.primary = primary_of(comparison, measure);
  for (VariationResult& variation : comparison.variations) {
    if (variation.name.empty()) variation.name = variation.label;
    variation.failed = std::ranges::count_if(
        variation.runs, [&](std::size_t run) { return comparison.runs[run].outcome.failed(); });
  }
  for (const Measure* each : measures_of(comparison)) {
    for (VariationResult& variation : comparison.variations) {
      variation.measures.push_back(summarize_measure(comparison, variation, *each));
    }
    // Of many variations the pairs by the measure that ranks are more than anybody reads.
    const bool few = comparison.variations.size() <= kMostForAllMeasures;
    if (few || each == comparison.primary) compare_all_pairs(comparison, *each);
  }
  rank(comparison);
  for (const Assertion& assertion : assertions) {
    comparison.assertions.push_back(check(comparison, assertion));
  }
  comparison.sentences = sentences(comparison);
}

const MeasureSummary* VariationResult::find(std::string_view measure) const {
  for (const MeasureSummary& summary : measures) {
    if (summary.measure->name == measure) return &summary;
  }
  return nullptr;
}

std::optional<Estimate> estimate_of(const VariationResult& variation, const Measure& measure) {
  const MeasureSummary* summary = variation.find(measure.name);
  if (summary == nullptr || summary->values.n == 0) return std::nullopt;
  if (summary->survival) {
    return Estimate{summary->survival->restricted_mean, summary->survival->restricted_mean_interval,
                    summary->values.n};
  }
  return Estimate{summary->values.mean, summary->values.interval, summary->values.n};
}

std::vector<const Pair*> Comparison::primary_pairs() const {
  std::vector<const Pair*> found;
  for (const Pair& pair : pairs) {
    if (pair.measure == primary) found.push_back(&pair);
  }
  return found;
}

const Pair* Comparison::find(std::size_t a, std::size_t b) const {
  for (const Pair& pair : pairs) {
    if (pair.measure != primary) continue;
    if ((pair.a == a && pair.b == b) || (pair.a == b && pair.b == a)) return &pair;
  }
  return nullptr;
}

namespace {

/// Within a rank the better mean comes first, though nothing tells them apart.
double order_of_ties(const Comparison& comparison, const VariationResult& variation) {
  const std::optional<Estimate> estimate = estimate_of(variation, *comparison.primary);
  if (!estimate) return std::numeric_limits<double>::infinity();
  return comparison.primary->better == Better::higher ? -estimate->value : estimate->value;
}

}  // namespace

std::vector<std::size_t> by_rank(const Comparison& comparison) {
  std::map<std::string, std::size_t> groups;  // in the order in which they are met
  for (const VariationResult& variation : comparison.variations) {
    groups.try_emplace(variation.group, groups.size());
  }
  std::vector<std::size_t> order(comparison.variations.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) {
    const VariationResult& variation = comparison.variations[i];
    return std::tuple(groups[variation.group], variation.rank == 0, variation.rank,
                      order_of_ties(comparison, variation));
  });
  return order;
}

std::vector<std::vector<std::size_t>> groups_by_rank(const Comparison& comparison) {
  std::vector<std::vector<std::size_t>> groups;
  for (const std::size_t i : by_rank(comparison)) {
    const std::string& group = comparison.variations[i].group;
    if (groups.empty() || comparison.variations[groups.back().front()].group != group) {
      groups.emplace_back();
    }
    groups.back().push_back(i);
  }
  return groups;
}

}  // namespace clino::compare
