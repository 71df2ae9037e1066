#include <algorithm>

#include "compare/page_parts.hpp"
#include "report/document.hpp"
#include "report/number_text.hpp"

namespace clino::compare {

namespace {

using report::Html;

/// Remarks beyond these are shown when asked for: sixty variations can have many.
constexpr std::size_t kMostRemarks = 8;

std::string size_text(const Comparison& comparison) {
  std::string text = counted(comparison.variations.size(), "variation");
  if (comparison.seeds > 0) {
    text += " × " + counted(static_cast<std::size_t>(comparison.seeds), "seed");
  }
  if (comparison.folds)
    text += " × " + counted(static_cast<std::size_t>(*comparison.folds), "fold");
  return text + ", " + counted(comparison.runs.size(), "run");
}

std::string lead_of(const Comparison& comparison) {
  std::string text = size_text(comparison);
  if (comparison.primary != nullptr) {
    text += (comparison.primary->better == Better::neither ? "; compared by " : "; ranked by ") +
            std::string(comparison.primary->title);
    if (comparison.primary->better != Better::neither) {
      text += " (" + std::string(better_text(*comparison.primary)) + ")";
    }
  }
  if (comparison.target) text += "; target " + to_text(*comparison.target);
  text += comparison.tuned ? "; tuned" : "; not tuned";
  const auto failed = std::ranges::count_if(
      comparison.runs, [](const RunResult& run) { return run.outcome.failed(); });
  if (failed > 0) text += "; " + counted(static_cast<std::size_t>(failed), "run") + " failed";
  return text + ".";
}

std::string value_or_none(const std::optional<double>& value) {
  return value ? report::number_text(*value) : "none";
}

void write_assertions(Html& html, const std::vector<AssertionResult>& assertions) {
  if (assertions.empty()) return;
  const auto failed =
      std::ranges::count_if(assertions, [](const AssertionResult& one) { return !one.holds; });
  if (failed == 0) {
    html.leaf("p", {},
              assertions.size() == 1
                  ? "The assertion holds: " + assertions.front().text
                  : "All " + std::to_string(assertions.size()) + " assertions hold.");
    return;
  }
  html.open("ul", {{"class", "findings"}});
  for (const AssertionResult& one : assertions) {
    if (one.holds) continue;
    html.open("li", {{"class", "severe"}}).leaf("strong", {}, "does not hold");
    html.text(": " + one.text + " (" + value_or_none(one.left) + " against " +
              value_or_none(one.right) + (one.reason.empty() ? "" : "; " + one.reason) + ")");
    html.close();
  }
  html.close();
}

void write_list(Html& html, auto begin, auto end) {
  html.open("ul", {{"class", "findings"}});
  for (auto text = begin; text != end; ++text) html.leaf("li", {}, *text);
  html.close();
}

}  // namespace

void write_summary(Html& html, const ComparisonPage& page) {
  const Comparison& comparison = page.comparison;
  report::open_section(html, "summary", "What was compared");
  html.leaf("p", {{"class", "lead"}}, lead_of(comparison));
  write_assertions(html, comparison.assertions);
  const std::vector<std::string>& remarks = comparison.remarks;
  const auto shown = static_cast<std::ptrdiff_t>(std::min(remarks.size(), kMostRemarks));
  if (shown > 0) write_list(html, remarks.begin(), remarks.begin() + shown);
  if (remarks.size() > kMostRemarks) {
    open_details(html, "Another " + counted(remarks.size() - kMostRemarks, "remark"));
    write_list(html, remarks.begin() + shown, remarks.end());
    html.close();
  }
  html.close();
}

}  // namespace clino::compare
