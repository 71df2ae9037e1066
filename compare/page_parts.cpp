#include "compare/page_parts.hpp"

#include <algorithm>

#include "report/number_text.hpp"

namespace clino::compare {

using report::number_text;
using statistics::Scale;

std::optional<Against> against(const Comparison& comparison, std::size_t i, std::size_t other) {
  const Pair* pair = i == other ? nullptr : comparison.find(i, other);
  if (pair == nullptr || pair->contrast.n == 0) return std::nullopt;
  Against found{pair, pair->contrast.estimate, pair->contrast.interval, pair->a_below.value,
                pair->a_below.interval};
  const bool turned = pair->a != i;
  if (turned && pair->scale == Scale::ratio) {
    found.estimate = 1 / found.estimate;
    if (found.interval) found.interval = {{1 / found.interval->high, 1 / found.interval->low}};
  } else if (turned) {
    found.estimate = -found.estimate;
    if (found.interval) found.interval = {{-found.interval->high, -found.interval->low}};
  }
  if (turned != (pair->measure->better == Better::higher)) {
    found.wins = 1 - found.wins;
    found.wins_interval = {1 - found.wins_interval.high, 1 - found.wins_interval.low};
  }
  return found;
}

std::string verdict(const Against& found, std::size_t i) {
  if (!found.pair->told_apart) return "not told apart";
  if (found.pair->better) return *found.pair->better == i ? "better" : "worse";
  return found.estimate > (found.pair->scale == Scale::ratio ? 1 : 0) ? "higher" : "lower";
}

namespace {

int digits_of(const Measure& measure) { return measure.name.ends_with("accuracy") ? 4 : 3; }

}  // namespace

std::string interval_text(const Measure& measure,
                          const std::optional<statistics::Interval>& interval) {
  if (!interval || !measure.name.ends_with("fraction")) {
    return interval_text(interval, digits_of(measure));
  }
  return "[" + report::percent_text(interval->low) + ", " + report::percent_text(interval->high) +
         "]";
}

std::string value_text(const Measure& measure, double value) {
  if (measure.name.ends_with("fraction")) return report::percent_text(value);
  return number_text(value, digits_of(measure));
}

std::string_view better_text(const Measure& measure) {
  if (measure.better == Better::neither) return "";
  return measure.better == Better::lower ? "lower is better" : "higher is better";
}

std::string runs_text(const VariationResult& variation) {
  std::string text = counted(variation.runs.size(), "run");
  if (variation.failed > 0) text += ", " + std::to_string(variation.failed) + " failed";
  return text;
}

bool on_log_axis(const ComparisonPage& page, const Measure& measure) {
  if (measure.scale != Scale::ratio || measure.to_target) return false;
  bool any = false;
  for (std::size_t i = 0; i < page.count(); ++i) {
    const auto estimate = estimate_of(page.variation(i), measure);
    if (!estimate) continue;
    if (!(estimate->value > 0) || (estimate->interval && !(estimate->interval->low > 0))) {
      return false;
    }
    any = true;
  }
  return any;
}

bool is_over_early(const ComparisonPage& page) {
  constexpr double kMany = 20, kEarly = 0.1;  // epochs, share of them
  if (!page.comparison.target || page.comparison.horizon < kMany) return false;
  return std::ranges::any_of(page.comparison.variations, [&](const VariationResult& variation) {
    const MeasureSummary* epochs = variation.find("epochs_to_target");
    return epochs != nullptr && epochs->survival && epochs->survival->median &&
           *epochs->survival->median <= kEarly * page.comparison.horizon;
  });
}

void open_details(report::Html& html, std::string_view summary) {
  html.open("details").leaf("summary", {}, summary);
}

}  // namespace clino::compare
