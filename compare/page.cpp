#include "compare/page.hpp"

#include "compare/assets.hpp"
#include "compare/page_parts.hpp"
#include "report/assets.hpp"
#include "report/document.hpp"

namespace clino::compare {

namespace {

using report::Html;

struct Part {
  std::string_view id;
  std::string_view title;  ///< in the list of contents
  void (*write)(Html&, const ComparisonPage&);
};

constexpr Part kParts[] = {
    {"summary", "Summary", write_summary},  {"settings", "Variations", write_settings},
    {"ranking", "Ranking", write_ranking},  {"convergence", "Convergence", write_convergence},
    {"survival", "Target", write_survival}, {"intervals", "Intervals", write_intervals},
    {"signal", "Signal", write_signal},     {"runs", "Runs", write_runs},
};

report::DocumentHead head_of(const Comparison& comparison) {
  return {.title = comparison.name,
          .styles = {{report_assets::page_css, report_assets::page_css_sha256},
                     {compare_assets::comparison_css, compare_assets::comparison_css_sha256}},
          .scripts = {}};
}

}  // namespace

std::string comparison_html(const Comparison& comparison, const std::filesystem::path& directory) {
  const ComparisonPage page{comparison, directory, by_rank(comparison)};
  std::vector<report::ContentsEntry> contents;
  std::string sections;
  for (const Part& part : kParts) {
    Html html;
    part.write(html, page);
    if (html.markup().empty()) continue;
    contents.push_back({std::string(part.id), std::string(part.title)});
    sections += html.markup() + "\n";
  }
  Html html;
  report::open_document(html, head_of(comparison));
  html.open("body");
  html.leaf("a", {{"class", "skip"}, {"href", "#main"}}, "Skip to the content");
  html.open("header").leaf("p", {{"class", "mark"}}, "Clino comparison");
  html.leaf("h1", {}, comparison.name).close();
  report::write_contents(html, contents);
  html.open("main", {{"id", "main"}, {"tabindex", "-1"}}).raw(sections).close();
  html.close().close().raw("\n");
  return html.markup();
}

}  // namespace clino::compare
