#include <algorithm>

#include "compare/page_parts.hpp"
#include "compare/whiskers.hpp"
#include "report/document.hpp"
#include "report/number_text.hpp"

namespace clino::compare {

namespace {

using report::Html;
using report::number_text;
using statistics::Scale;

constexpr std::size_t kLabelLength = 40;

void write_row_head(Html& html, const ComparisonPage& page, std::size_t i) {
  html.open("tr").leaf("td", {}, rank_text(page.comparison, page.variation(i)));
  html.leaf("th", {{"scope", "row"}}, report::shortened(page.variation(i).label, kLabelLength));
}

/// The row of the axis; `before` cells stand before the picture and `after` behind it.
void write_axis_row(Html& html, const WhiskerFrame& frame, int before, int after) {
  html.open("tfoot").open("tr");
  for (int i = 0; i < before; ++i) html.leaf("td", {}, "");
  write_whisker_axis(html, frame);
  for (int i = 0; i < after; ++i) html.leaf("td", {}, "");
  html.close().close();
}

std::string kind_of_mean(const Comparison& comparison, const Measure& measure, bool log) {
  if (measure.to_target) return "mean up to " + number_text(comparison.horizon, 6) + " epochs";
  return log ? "geometric mean" : "mean";
}

void write_values(Html& html, const ComparisonPage& page, const Measure& measure) {
  const bool log = on_log_axis(page, measure);
  std::vector<Whisker> whiskers;
  for (const std::size_t i : page.order) {
    if (const auto estimate = estimate_of(page.variation(i), measure)) {
      whiskers.push_back({estimate->value, estimate->interval});
    }
  }
  const WhiskerFrame frame = whisker_frame(whiskers, log);
  html.leaf("h3", {}, "Each variation: " + std::string(measure.title));
  report::open_scroll_box(html, "Intervals of each variation");
  html.open("table", {{"class", "numbers forest"}});
  report::write_table_head(
      html, {"rank", "variation", "n", kind_of_mean(page.comparison, measure, log), "interval",
             log ? "log axis" : "axis"});
  html.open("tbody");
  for (const std::size_t i : page.order) {
    const auto estimate = estimate_of(page.variation(i), measure);
    write_row_head(html, page, i);
    html.leaf("td", {}, estimate ? std::to_string(estimate->n) : "0");
    html.leaf("td", {}, estimate ? value_text(measure, estimate->value) : "–");
    html.leaf("td", {},
              estimate && estimate->interval ? interval_text(measure, estimate->interval) : "–");
    const Whisker whisker = estimate ? Whisker{estimate->value, estimate->interval} : Whisker{};
    write_whisker(html, frame, estimate ? &whisker : nullptr);
    html.close();
  }
  html.close();
  write_axis_row(html, frame, 5, 0);
  html.close().close();
}

Whisker whisker_of(const Against& found) {
  return {found.estimate, found.interval, !found.pair->told_apart};
}

/// Ratios where most pairs are compared by them: one axis cannot show both.
Scale common_scale(const std::vector<std::optional<Against>>& all) {
  std::ptrdiff_t ratios = 0, differences = 0;
  for (const std::optional<Against>& found : all) {
    if (found) ++(found->pair->scale == Scale::ratio ? ratios : differences);
  }
  return ratios >= differences && ratios > 0 ? Scale::ratio : Scale::difference;
}

void write_contrast_row(Html& html, const ComparisonPage& page, std::size_t i,
                        const std::optional<Against>& found, const WhiskerFrame& frame, Scale scale,
                        bool first) {
  write_row_head(html, page, i);
  if (!found) {
    for (int cell = 0; cell < 3; ++cell)
      html.leaf("td", {}, cell == 1 && first ? "reference" : "–");
    write_whisker(html, frame, nullptr);
    for (int cell = 0; cell < 3; ++cell) html.leaf("td", {}, first ? "" : "–");
    html.close();
    return;
  }
  const bool same_scale = found->pair->scale == scale;
  html.leaf("td", {}, std::to_string(found->pair->contrast.n));
  html.leaf("td", {}, number_text(found->estimate, 3) + (same_scale ? "" : " (difference)"));
  html.leaf("td", {}, found->interval ? interval_text(found->interval) : "–");
  const Whisker whisker = whisker_of(*found);
  write_whisker(html, frame, same_scale ? &whisker : nullptr);
  html.leaf("td", {}, number_text(found->pair->adjusted_p, 2));
  html.leaf("td", {{"class", found->pair->told_apart ? "told" : "untold"}}, verdict(*found, i));
  html.open("td").text(report::percent_text(found->wins)).text(" ");
  html.leaf("span", {{"class", "beside"}},
            "[" + report::percent_text(found->wins_interval.low) + ", " +
                report::percent_text(found->wins_interval.high) + "]");
  html.close().close();
}

/// The members of a group against its first. Whether there was anything to write.
bool write_contrasts(Html& html, const ComparisonPage& page, const Measure& measure,
                     const std::vector<std::size_t>& members) {
  const VariationResult& first = page.variation(members.front());
  std::vector<std::optional<Against>> all;
  all.reserve(members.size());
  for (const std::size_t i : members) all.push_back(against(page.comparison, i, members.front()));
  if (std::ranges::none_of(all, [](const auto& found) { return found.has_value(); })) return false;
  const Scale scale = common_scale(all);
  const bool ratio = scale == Scale::ratio;
  std::vector<Whisker> whiskers;
  for (const auto& found : all) {
    if (found && found->pair->scale == scale) whiskers.push_back(whisker_of(*found));
  }
  const WhiskerFrame frame = whisker_frame(whiskers, ratio, ratio ? 1 : 0);
  const std::string title = (first.group.empty() ? "Each variation" : first.group + ": each") +
                            " against " + report::shortened(first.name, kLabelLength);
  html.leaf("h3", {}, title);
  report::open_scroll_box(html, title);
  html.open("table", {{"class", "numbers forest"}});
  report::write_table_head(
      html, {"rank", "variation", "n", ratio ? "ratio" : "difference", "interval",
             ratio ? "log axis, line at 1" : "line at 0", "p, adjusted", "told apart",
             measure.better == Better::neither ? "lower in" : "better in"});
  html.open("tbody");
  for (std::size_t k = 0; k < members.size(); ++k) {
    write_contrast_row(html, page, members[k], all[k], frame, scale, k == 0);
  }
  html.close();
  write_axis_row(html, frame, 5, 3);
  html.close().close();
  return true;
}

void write_contrast_note(Html& html, const Measure& measure) {
  const std::string which = measure.better == Better::neither ? "lower" : "better";
  html.leaf("p", {{"class", "note"}},
            "By " + std::string(measure.title) +
                ", a ratio to that of the first, or the difference from it. A full mark is told "
                "apart from it, a hollow one is not: that is decided by p, adjusted for all pairs, "
                "while an interval stands for its pair alone. An arrow goes on beyond the picture. "
                "The last column: how often it is the " +
                which + " one of a pair of runs, a tie counting half.");
}

}  // namespace

void write_intervals(Html& html, const ComparisonPage& page) {
  const Measure* measure = page.comparison.primary;
  if (measure == nullptr) return;
  const bool any =
      std::ranges::any_of(page.comparison.variations, [&](const VariationResult& variation) {
        return estimate_of(variation, *measure).has_value();
      });
  if (!any) return;
  report::open_section(html, "intervals", "Intervals");
  write_values(html, page, *measure);
  bool any_contrast = false;
  for (const std::vector<std::size_t>& members : groups_by_rank(page.comparison)) {
    any_contrast = write_contrasts(html, page, *measure, members) || any_contrast;
  }
  if (any_contrast) write_contrast_note(html, *measure);
  write_pair_matrix(html, page);
  html.close();
}

}  // namespace clino::compare
