#include <algorithm>
#include <cmath>
#include <map>

#include "compare/page_parts.hpp"
#include "compare/run_link.hpp"
#include "report/document.hpp"
#include "report/number_text.hpp"

namespace clino::compare {

namespace {

using report::Html;

constexpr int kTints = 6;  ///< `t0` to `t5` in comparison.css

/// A column of the table: runs that share seed and fold, or, where variations have seeds of their
/// own, the first, the second... of each.
struct RunColumns {
  std::vector<std::string> titles;
  std::vector<std::vector<const RunResult*>> cells;  ///< by variation; null where there is none
  bool seeds = true;                                 ///< else counted
};

using RunKey = std::pair<std::uint64_t, Index>;
RunKey run_key(const RunResult& run) { return {run.seed, run.fold.value_or(-1)}; }

RunColumns run_columns(const Comparison& comparison) {
  std::map<RunKey, std::size_t> places;
  std::size_t most = 0;
  for (const RunResult& run : comparison.runs) places.try_emplace(run_key(run), 0);
  for (const VariationResult& variation : comparison.variations) {
    most = std::max(most, variation.runs.size());
  }
  RunColumns columns;
  columns.seeds = places.size() <= most;
  if (columns.seeds) {
    for (auto& [key, place] : places) {
      place = columns.titles.size();
      columns.titles.push_back(std::to_string(key.first) +
                               (key.second >= 0 ? "/" + std::to_string(key.second) : ""));
    }
  } else {
    for (std::size_t k = 0; k < most; ++k) columns.titles.push_back(std::to_string(k + 1));
  }
  for (const VariationResult& variation : comparison.variations) {
    std::vector<const RunResult*> row(columns.titles.size(), nullptr);
    for (std::size_t k = 0; k < variation.runs.size(); ++k) {
      const RunResult& run = comparison.runs[variation.runs[k]];
      row[columns.seeds ? places[run_key(run)] : k] = &run;
    }
    columns.cells.push_back(std::move(row));
  }
  return columns;
}

/// Between the worst and the best value of all runs.
class Tint {
 public:
  Tint(const Comparison& comparison, const Measure& measure) : measure_(measure) {
    std::vector<double> values;
    for (const RunResult& run : comparison.runs) {
      if (const auto value = run.outcome.figure(measure.name)) values.push_back(*value);
    }
    std::erase_if(values, [](double value) { return !std::isfinite(value); });
    if (values.empty()) return;
    log_ = measure.scale == statistics::Scale::ratio && std::ranges::min(values) > 0;
    low_ = placed(std::ranges::min(values));
    high_ = placed(std::ranges::max(values));
  }

  /// Nothing where all are the same.
  std::string name(double value) const {
    if (!(high_ > low_) || !std::isfinite(value)) return "";
    double share = (placed(value) - low_) / (high_ - low_);
    if (measure_.better == Better::lower) share = 1 - share;
    return "t" + std::to_string(std::clamp(static_cast<int>(share * kTints), 0, kTints - 1));
  }

 private:
  double placed(double value) const { return log_ ? std::log(value) : value; }

  const Measure& measure_;
  bool log_ = false;
  double low_ = 0, high_ = 0;
};

std::string seed_text(const RunResult& run) {
  std::string text = "seed " + std::to_string(run.seed);
  if (run.fold) text += ", fold " + std::to_string(*run.fold);
  return text;
}

void write_run(Html& html, const ComparisonPage& page, const RunResult* run, const Tint& tint) {
  if (run == nullptr) {
    html.leaf("td", {}, "");
    return;
  }
  const Measure* measure = page.comparison.primary;
  const auto value = measure == nullptr ? std::nullopt : run->outcome.figure(measure->name);
  std::string text = "—", title = seed_text(*run), look;
  if (run->outcome.failed()) {
    text = "failed";
    title += ": " + run->outcome.reason;
    look = "failed";
  } else if (value) {
    text = value_text(*measure, *value);
    look = tint.name(*value);
  } else if (measure != nullptr && measure->to_target) {
    title += ": never reached the target";
  }
  html.open("td", {{"class", look}, {"title", title}});
  const std::string link = run_link(page.directory, run->directory);
  if (link.empty()) {
    html.text(text);
  } else {
    html.leaf("a", {{"href", link}}, text);
  }
  html.close();
}

}  // namespace

void write_runs(Html& html, const ComparisonPage& page) {
  const Comparison& comparison = page.comparison;
  if (comparison.runs.empty() || page.count() == 0) return;
  const RunColumns columns = run_columns(comparison);
  report::open_section(html, "runs", "Runs");
  std::string about = "Each cell is a run";
  if (comparison.primary != nullptr) {
    about += ": its " + std::string(comparison.primary->title);
    if (comparison.primary->to_target) about += ", — where it never got there";
    about += comparison.primary->better == Better::neither ? "; the deeper the tint, the higher"
                                                           : "; the deeper the tint, the better";
  }
  html.leaf("p", {{"class", "about"}},
            about + ". It leads to the run's report, or to its folder where there is none yet.");
  report::open_scroll_box(html, "Runs by variation and seed");
  html.open("table", {{"class", "matrix runs"}}).open("thead").open("tr");
  html.leaf("th", {{"scope", "col"}},
            !columns.seeds     ? "variation, repetition"
            : comparison.folds ? "variation, seed/fold"
                               : "variation, seed");
  for (const std::string& title : columns.titles) html.leaf("th", {{"scope", "col"}}, title);
  html.close().close().open("tbody");
  const Measure kNone{};
  const Tint tint(comparison, comparison.primary != nullptr ? *comparison.primary : kNone);
  for (const std::size_t i : page.order) {
    html.open("tr").leaf("th", {{"scope", "row"}}, report::shortened(page.variation(i).label, 40));
    for (const RunResult* run : columns.cells[i]) write_run(html, page, run, tint);
    html.close();
  }
  html.close().close().close();
  html.open("p", {{"class", "note"}}).text("The report of a single run: ");
  html.leaf("code", {}, "clino report RUN").text(", RUN being its folder.").close();
  html.close();
}

}  // namespace clino::compare
