#include "claims/article.hpp"

#include <algorithm>

#include "claims/assets.hpp"
#include "core/instruction_set.hpp"
#include "report/assets.hpp"
#include "report/document.hpp"
#include "report/figure.hpp"
#include "report/number_text.hpp"
#include "train/experiment.hpp"
#include "train/run_summary.hpp"

namespace clino::claims {

namespace {

using report::Html;

report::DocumentHead head_of() {
  return {.title = "What activation functions do",
          .styles = {{report_assets::page_css, report_assets::page_css_sha256},
                     {claims_assets::article_css, claims_assets::article_css_sha256}},
          .scripts = {}};
}

void write_verdict(Html& html, Verdict verdict) {
  std::string name(to_text(verdict));
  std::ranges::replace(name, ' ', '-');
  html.leaf("span", {{"class", "verdict " + name}}, to_text(verdict));
}

/// What the rows of one letter have in common.
struct PartOfArticle {
  char letter;
  std::string_view title, lead;
};
constexpr PartOfArticle kParts[] = {
    {'A', "Claims about activation functions",
     "What is said of activation functions in every course, each put to the test on networks that "
     "were built and trained for it."},
    {'B', "Constants", "Figures of single activations that the rest builds on."},
    {'C', "Published results, reproduced",
     "Figures from the literature on initialisation, depth and saturation."},
    {'D', "Swap and compare", "The same network with another activation."},
    {'E', "What it costs", "The price of an activation, measured on this machine."},
};

/// `[0.23, 0.24]`; nothing where nothing was drawn.
std::string interval_text(const Check& check) {
  if (check.interval.low == check.interval.high) return "";
  return "[" + report::number_text(check.interval.low) + ", " +
         report::number_text(check.interval.high) + "]";
}

void write_checks(Html& html, const Result& result) {
  report::open_scroll_box(html, "Figures of the claim " + std::string(result.claim->title));
  html.open("table", {{"class", "numbers checks"}});
  report::write_table_head(html,
                           {"figure", "predicted", "measured", "interval", "from", "verdict"});
  html.open("tbody");
  for (const Check& check : result.outcome.checks) {
    html.open("tr").leaf("th", {{"scope", "row"}}, check.quantity);
    html.leaf("td", {}, check.predicted).leaf("td", {}, figure_text(check.measured));
    html.leaf("td", {}, interval_text(check)).leaf("td", {}, check.how);
    html.open("td");
    write_verdict(html, check.verdict);
    html.close().close();
  }
  html.close().close().close();
}

void write_claim(Html& html, const Result& result) {
  const Claim& claim = *result.claim;
  report::open_section(html, claim.name, std::string(claim.row) + "  " + std::string(claim.title));
  html.open("p", {{"class", "statement"}}).text(std::string(claim.statement) + " ");
  write_verdict(html, result.outcome.verdict());
  html.close();
  if (!claim.formula.empty()) html.leaf("p", {{"class", "formula"}}, claim.formula);
  html.leaf("p", {}, claim.story);
  for (const report::Figure& figure : result.outcome.figures) report::write_figure(html, figure);
  html.leaf("p", {}, result.outcome.ran);
  write_checks(html, result);
  std::string about;
  if (!claim.source.empty()) about = "Source: " + std::string(claim.source) + ". ";
  about += "Run again: clino claims " + std::string(claim.name);
  if (!claim.config.empty()) about += ". Its network is in configs/, for clino train";
  html.leaf("p", {{"class", "note"}}, about + ".");
  html.close();
}

void write_overview(Html& html, std::span<const Result> results, const Setting& setting) {
  const auto holding = std::ranges::count_if(
      results, [](const Result& result) { return result.outcome.verdict() == Verdict::holds; });
  double seconds = 0;
  for (const Result& result : results) seconds += result.seconds;
  report::open_section(html, "overview", "In short");
  html.leaf("p", {{"class", "lead"}},
            std::to_string(holding) + " of " + std::to_string(results.size()) +
                (results.size() == 1 ? " claim holds" : " claims hold") + ", put to the test in " +
                report::duration_text(seconds) + " with seed " + std::to_string(setting.seed) +
                ", in " + std::string(clino::to_text(setting.dtype)) + ".");
  html.leaf("p", {},
            "A figure that was drawn has an interval which a right implementation misses once in "
            "100,000 runs. A claim holds where what theory predicts lies within the interval, and "
            "the interval is narrow enough to find a wrong rule out; where it is wider, the claim "
            "is inconclusive.");
  report::open_scroll_box(html, "All claims");
  html.open("table", {{"class", "overview"}});
  report::write_table_head(html, {"row", "claim", "predicted", "measured", "verdict"});
  html.open("tbody");
  for (const Result& result : results) {
    html.open("tr").leaf("th", {{"scope", "row"}}, result.claim->row);
    html.open("td");
    html.leaf("a", {{"href", "#" + std::string(result.claim->name)}}, result.claim->title).close();
    const bool any = !result.outcome.checks.empty();
    html.leaf("td", {}, any ? result.outcome.checks.front().predicted : "");
    html.leaf("td", {}, any ? figure_text(result.outcome.checks.front().measured) : "");
    html.open("td");
    write_verdict(html, result.outcome.verdict());
    html.close().close();
  }
  html.close().close().close().close();
}

void write_part(Html& html, const PartOfArticle& part, std::span<const Result> results) {
  const auto belongs = [&](const Result& result) {
    return result.claim->row.front() == part.letter;
  };
  if (std::ranges::none_of(results, belongs)) return;
  html.open("div", {{"class", "part"}});
  html.leaf("h2", {{"class", "part-title"}}, part.title);
  html.leaf("p", {{"class", "lead"}}, part.lead).close();
  for (const Result& result : results) {
    if (belongs(result)) write_claim(html, result);
  }
}

}  // namespace

std::string article_html(std::span<const Result> results, const Setting& setting) {
  Html sections;
  write_overview(sections, results, setting);
  for (const PartOfArticle& part : kParts) write_part(sections, part, results);
  std::vector<report::ContentsEntry> contents = {{"overview", "In short"}};
  for (const Result& result : results) {
    contents.push_back({std::string(result.claim->name), std::string(result.claim->row)});
  }
  Html html;
  report::open_document(html, head_of());
  html.open("body", {{"class", "article"}});
  html.leaf("a", {{"class", "skip"}, {"href", "#main"}}, "Skip to the content");
  html.open("header").leaf("p", {{"class", "mark"}}, "Clino claims");
  html.leaf("h1", {}, "What activation functions do, and how we know").close();
  report::write_contents(html, contents);
  html.open("main", {{"id", "main"}, {"tabindex", "-1"}}).raw(sections.markup()).close();
  html.leaf("footer", {},
            "Clino " + version_text() + ", " + compiler_text() + ", " + instruction_set_text());
  html.close().close().raw("\n");
  return html.markup();
}

}  // namespace clino::claims
