#include "compare/comparison_columns.hpp"

#include <algorithm>

#include "compare/text_parts.hpp"
#include "report/number_text.hpp"

namespace clino::compare {

namespace {

using report::number_text;

/// In how many runs a time was reached.
std::string reached_text(const VariationResult& variation, std::string_view measure) {
  const MeasureSummary* summary = variation.find(measure);
  if (summary == nullptr) return "";
  return std::to_string(summary->reached) + "/" + std::to_string(variation.runs.size());
}

/// The mean over the runs that have a value, with its interval where asked for.
std::string mean_text(const VariationResult& variation, const Measure& measure, bool interval) {
  const std::optional<Estimate> estimate = estimate_of(variation, measure);
  if (!estimate) return "–";
  return number_text(estimate->value, 3) + (interval ? beside(estimate->interval) : "");
}

std::string n_text(const VariationResult& variation, std::string_view measure) {
  const MeasureSummary* summary = variation.find(measure);
  return std::to_string(summary == nullptr ? 0 : summary->values.n);
}

std::string median_text(const VariationResult& variation, std::string_view measure) {
  const MeasureSummary* summary = variation.find(measure);
  if (summary == nullptr || !summary->survival) return "";
  if (!summary->survival->median) return "never";
  return number_text(*summary->survival->median, 3);
}

/// The columns that every table has, and those that only some comparisons need.
class Columns {
 public:
  explicit Columns(const Comparison& comparison) : comparison_(comparison) {}

  std::vector<Column> take() {
    const std::string_view primary = comparison_.primary->name;
    add("rank",
        [&comparison = comparison_](const VariationResult& v) { return rank_text(comparison, v); });
    if (comparison_.primary->to_target) {
      add("reached", [=](const VariationResult& v) { return reached_text(v, primary); });
      add(unit_of(*comparison_.primary),
          [=](const VariationResult& v) { return median_text(v, primary); });
    } else {
      add("n", [=](const VariationResult& v) { return n_text(v, primary); });
    }
    add("mean [95 %]", [&measure = *comparison_.primary](const VariationResult& v) {
      return mean_text(v, measure, true);
    });
    add_failed();
    add_tuned();
    for (const auto& [title, measure] :
         {std::pair{"accuracy", "final_accuracy"}, std::pair{"loss", "final_loss"},
          std::pair{"dead", "dead_fraction"}, std::pair{"satur.", "saturated_fraction"},
          std::pair{"d1/dL", "delta_ratio"}}) {
      const bool there = comparison_.variations.front().find(measure) != nullptr;
      if (measure == primary || !there) continue;
      add(title, [name = measure](const VariationResult& v) {
        return mean_text(v, *find_measure(name), false);
      });
    }
    return std::move(columns_);
  }

 private:
  void add(std::string title, std::function<std::string(const VariationResult&)> cell) {
    columns_.push_back({std::move(title), std::move(cell)});
  }

  void add_failed() {
    const bool any_failed = std::ranges::any_of(
        comparison_.variations, [](const VariationResult& v) { return v.failed > 0; });
    if (!any_failed) return;
    add("failed",
        [](const VariationResult& v) { return v.failed == 0 ? "" : std::to_string(v.failed); });
  }

  void add_tuned() {
    if (!comparison_.tuned) return;
    const std::vector<TunedSetting>& first = comparison_.variations.front().tuning->chosen;
    for (std::size_t i = 0; i < first.size(); ++i) {
      const std::string& key = first[i].setting.key;
      add(last_part(key), [i](const VariationResult& v) {
        const TunedSetting& chosen = v.tuning->chosen[i];
        return short_value(chosen.setting.value) + (chosen.at_edge ? "!" : "");
      });
    }
  }

  const Comparison& comparison_;
  std::vector<Column> columns_;
};

/// The arithmetic mean of the primary measure over the seeds, in one fold; `never` where one of its
/// runs did not get to the target.
std::string fold_text(const Comparison& comparison, const VariationResult& variation, Index fold) {
  double sum = 0, count = 0;
  for (const std::size_t i : variation.runs) {
    const RunResult& run = comparison.runs[i];
    if (run.fold != fold) continue;
    std::optional<double> value = run.outcome.figure(comparison.primary->name);
    if (comparison.primary->to_target && !value) return "never";
    if (!value) continue;
    sum += *value;
    count += 1;
  }
  return count > 0 ? number_text(sum / count, 3) : "–";
}

}  // namespace

std::vector<Column> columns_of(const Comparison& comparison) { return Columns(comparison).take(); }

std::vector<Column> fold_columns(const Comparison& comparison) {
  std::vector<Column> columns;
  for (Index fold = 0; fold < comparison.folds.value_or(0); ++fold) {
    columns.push_back(
        {"fold " + std::to_string(fold),
         [&comparison, fold](const VariationResult& v) { return fold_text(comparison, v, fold); }});
  }
  return columns;
}

}  // namespace clino::compare
