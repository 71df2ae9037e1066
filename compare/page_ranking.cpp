#include <algorithm>
#include <functional>

#include "compare/page_parts.hpp"
#include "report/document.hpp"
#include "report/number_text.hpp"

namespace clino::compare {

namespace {

using report::Html;
using report::number_text;

/// Sentences beyond these are shown when asked for.
constexpr std::size_t kMostSentences = 10;

/// A longer label may break into lines.
constexpr std::size_t kLongLabel = 32;

struct RankingColumn {
  std::string title;
  std::string below = {};  ///< what kind of number it is
  bool ranks = false;
  std::function<void(Html&, const VariationResult&)> write;
};

/// The mean and, paler, its interval; `n = 8` where others than the failed runs have no value.
void write_value(Html& html, const VariationResult& variation, const Measure& measure,
                 bool interval) {
  const std::optional<Estimate> estimate = estimate_of(variation, measure);
  html.open("td");
  if (!estimate) {
    html.text("–").close();
    return;
  }
  html.text(value_text(measure, estimate->value));
  std::string beside = interval ? interval_text(measure, estimate->interval) : "";
  const auto runs = static_cast<Index>(variation.runs.size());
  if (estimate->n != runs && estimate->n != runs - variation.failed) {
    beside += (beside.empty() ? "n = " : " n = ") + std::to_string(estimate->n);
  }
  if (!beside.empty()) html.text(" ").leaf("span", {{"class", "beside"}}, beside);
  html.close();
}

/// The time by which variations are ranked, or else epochs to the target.
const Measure* time_of(const Comparison& comparison) {
  if (comparison.primary != nullptr && comparison.primary->to_target) return comparison.primary;
  return comparison.target ? find_measure("epochs_to_target") : nullptr;
}

void add_time_columns(std::vector<RankingColumn>& columns, const ComparisonPage& page,
                      const Measure& measure) {
  const bool ranks = &measure == page.comparison.primary;
  columns.push_back({.title = "reached",
                     .below = "the target",
                     .write = [&](Html& html, const VariationResult& variation) {
                       const MeasureSummary* summary = variation.find(measure.name);
                       html.leaf("td", {},
                                 summary == nullptr ? "–"
                                                    : std::to_string(summary->reached) + "/" +
                                                          std::to_string(variation.runs.size()));
                     }});
  columns.push_back({.title = "median",
                     .below = unit_of(measure),
                     .write = [&](Html& html, const VariationResult& variation) {
                       const MeasureSummary* summary = variation.find(measure.name);
                       const bool met = summary != nullptr && summary->survival &&
                                        summary->survival->median.has_value();
                       html.leaf("td", {}, met ? number_text(*summary->survival->median) : "–");
                     }});
  columns.push_back({.title = "restricted mean",
                     .below = unit_of(measure),
                     .ranks = ranks,
                     .write = [&](Html& html, const VariationResult& variation) {
                       write_value(html, variation, measure, true);
                     }});
}

void add_measure(std::vector<RankingColumn>& columns, const ComparisonPage& page,
                 std::string_view name, const std::string& title, bool interval,
                 const std::string& below = "") {
  const Measure* measure = find_measure(name);
  const bool any =
      std::ranges::any_of(page.comparison.variations, [&](const VariationResult& variation) {
        return estimate_of(variation, *measure).has_value();
      });
  if (!any) return;
  const bool geometric = on_log_axis(page, *measure);
  columns.push_back({.title = title,
                     .below = !below.empty() ? below
                              : geometric    ? "geometric mean"
                                             : "mean",
                     .ranks = measure == page.comparison.primary,
                     .write = [=](Html& html, const VariationResult& variation) {
                       write_value(html, variation, *measure, interval);
                     }});
}

std::vector<RankingColumn> ranking_columns(const ComparisonPage& page) {
  const Measure* primary = page.comparison.primary;
  std::vector<RankingColumn> columns;
  if (const Measure* time = time_of(page.comparison)) add_time_columns(columns, page, *time);
  const std::vector<std::string_view> shown = {"final_accuracy", "final_loss", "dead_fraction",
                                               "saturated_fraction", "delta_ratio"};
  const bool listed =
      primary == nullptr || primary->to_target || std::ranges::count(shown, primary->name) > 0;
  if (!listed) add_measure(columns, page, primary->name, std::string(primary->title), true);
  add_measure(columns, page, "final_accuracy", "final accuracy", true);
  add_measure(columns, page, "final_loss", "final loss", true);
  add_measure(columns, page, "dead_fraction", "dead units", false);
  add_measure(columns, page, "saturated_fraction", "saturated", false);
  add_measure(columns, page, "delta_ratio", "signal ratio", false, "at the start");
  return columns;
}

void write_head(Html& html, const std::vector<RankingColumn>& columns) {
  html.open("thead").open("tr");
  for (const char* title : {"rank", "variation", "runs"}) {
    html.leaf("th", {{"scope", "col"}}, title);
  }
  for (const RankingColumn& column : columns) {
    html.open("th", {{"scope", "col"}}).text(column.title + (column.ranks ? " ▾" : ""));
    if (!column.below.empty()) html.leaf("small", {}, column.below);
    html.close();
  }
  html.close().close();
}

void write_ranking_table(Html& html, const ComparisonPage& page,
                         const std::vector<RankingColumn>& columns) {
  report::open_scroll_box(html, "Table of the ranking");
  html.open("table", {{"class", "numbers ranking"}});
  write_head(html, columns);
  html.open("tbody");
  const std::string* group = nullptr;
  for (const std::size_t i : page.order) {
    const VariationResult& variation = page.variation(i);
    if (!variation.group.empty() && (group == nullptr || *group != variation.group)) {
      group = &variation.group;
      html.open("tr")
          .leaf("th",
                {{"scope", "rowgroup"},
                 {"class", "group"},
                 {"colspan", std::to_string(3 + columns.size())}},
                *group)
          .close();
    }
    html.open("tr").leaf("td", {}, rank_text(page.comparison, page.variation(i)));
    const bool long_label = variation.name.size() > kLongLabel;
    html.leaf("th", {{"scope", "row"}, {"class", long_label ? "long" : ""}}, variation.name);
    html.open("td").text(std::to_string(variation.runs.size()));
    if (variation.failed > 0) {
      html.leaf("span", {{"class", "failed"}}, ", " + std::to_string(variation.failed) + " failed");
    }
    html.close();
    for (const RankingColumn& column : columns) column.write(html, variation);
    html.close();
  }
  html.close().close().close();
}

void write_notes(Html& html, const ComparisonPage& page,
                 const std::vector<RankingColumn>& columns) {
  const Comparison& comparison = page.comparison;
  std::string text =
      "A rank is one more than the number of variations that are told apart as "
      "better; = marks one that is shared. In brackets: intervals of " +
      report::percent_text(comparison.confidence) +
      " of the mean, over the runs that did not fail.";
  if (std::ranges::any_of(columns, &RankingColumn::ranks)) text += " ▾ marks what ranks them.";
  if (time_of(comparison) != nullptr) {
    text += " Restricted mean: the mean time, runs that do not get to " +
            to_text(*comparison.target) + " counting with the epochs that all had, " +
            number_text(comparison.horizon, 6) + "; median –: fewer than half get there.";
  }
  const bool signal = std::ranges::any_of(
      columns, [](const RankingColumn& column) { return column.title == "signal ratio"; });
  if (signal) {
    text +=
        " Signal ratio: back-propagated signal at the first layer over that at the last, "
        "geometric mean.";
  }
  html.leaf("p", {{"class", "note"}}, text);
}

void write_sentences(Html& html, const std::vector<std::string>& sentences) {
  if (sentences.empty()) return;
  html.leaf("h3", {}, "In words");
  const auto write = [&](std::size_t begin, std::size_t end) {
    html.open("ul", {{"class", "findings"}});
    for (std::size_t i = begin; i < end; ++i) html.leaf("li", {}, sentences[i]);
    html.close();
  };
  const std::size_t shown = std::min(sentences.size(), kMostSentences);
  write(0, shown);
  if (shown == sentences.size()) return;
  open_details(html, "Another " + counted(sentences.size() - shown, "sentence"));
  write(shown, sentences.size());
  html.close();
}

}  // namespace

void write_ranking(Html& html, const ComparisonPage& page) {
  if (page.count() == 0) return;
  report::open_section(html, "ranking", "Ranking");
  const std::vector<RankingColumn> columns = ranking_columns(page);
  write_ranking_table(html, page, columns);
  write_notes(html, page, columns);
  write_sentences(html, page.comparison.sentences);
  html.close();
}

}  // namespace clino::compare
