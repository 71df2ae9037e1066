#include "report/report.hpp"

#include "core/errors.hpp"
#include "report/assets.hpp"
#include "report/page.hpp"

namespace clino {

namespace {

using namespace report;  // NOLINT(google-build-using-namespace): this file is its front

const std::vector<Asset>& styles() {
  using namespace report_assets;  // NOLINT(google-build-using-namespace)
  static const std::vector<Asset> all = {{dygraphs_css, dygraphs_css_sha256},
                                         {page_css, page_css_sha256}};
  return all;
}

const std::vector<Asset>& scripts() {
  using namespace report_assets;  // NOLINT(google-build-using-namespace)
  static const std::vector<Asset> all = {{dygraphs_js, dygraphs_js_sha256},
                                         {charts_js, charts_js_sha256},
                                         {film_js, film_js_sha256},
                                         {page_js, page_js_sha256}};
  return all;
}

struct Part {
  std::string_view id;
  std::string_view title;  ///< in the list of contents
  void (*write)(Html&, const Page&);
  bool only_charts = false;  ///< which take new records by themselves
};

constexpr Part kParts[] = {
    {"differences", "Differences", write_differences},
    {"outcome", "Outcome", write_outcome},
    {"findings", "Findings", write_findings},
    {"training", "Loss", write_training, true},
    {"layers", "Layers", write_layers, true},
    {"heat-map", "Heat map", write_heat_map},
    {"activations", "Saturation", write_activations, true},
    {"units", "Units", write_units},
    {"outputs", "Outputs", write_outputs, true},
    {"signal", "Signal", write_signal, true},
    {"theory", "Theory", write_theory},
    {"histograms", "Histograms", write_histograms},
    {"film", "Film", write_film},
    {"shapes", "Activations", write_shapes},
    {"jacobian", "Jacobian", write_jacobian},
    {"latest", "Table", write_latest},
    {"settings", "Config", write_settings},
};

Page page_of(std::span<const RunLog> runs, const ReportOptions& options) {
  if (runs.empty()) throw UsageError("a report needs at least one run");
  Page page{.runs = runs, .series = {}, .data = {}, .options = &options};
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const std::vector<Series> series = series_of(runs[i], i);
    page.series.insert(page.series.end(), series.begin(), series.end());
  }
  page.data = page_data(runs, page.series, options);
  return page;
}

std::vector<ReportSection> sections_of(const Page& page) {
  std::vector<ReportSection> sections;
  for (const Part& part : kParts) {
    Html html;
    part.write(html, page);
    // What a live run has not yet written has its place.
    if (html.markup().empty() && page.options->live)
      html.leaf("section", {{"id", std::string(part.id)}}, "");
    if (!html.markup().empty()) {
      sections.push_back({std::string(part.id), html.markup(), part.only_charts});
    }
  }
  return sections;
}

std::string page_title(const Page& page) {
  if (page.one_run()) return page.runs.front().name;
  return std::to_string(page.runs.size()) + " runs compared";
}

std::vector<ContentsEntry> contents_of(const std::vector<ReportSection>& sections) {
  std::vector<ContentsEntry> entries;
  for (const Part& part : kParts) {
    for (const ReportSection& section : sections) {
      if (section.id == part.id) entries.push_back({section.id, std::string(part.title)});
    }
  }
  return entries;
}

}  // namespace

std::vector<ReportSection> report_sections(std::span<const RunLog> runs,
                                           const ReportOptions& options) {
  return sections_of(page_of(runs, options));
}

std::string report_html(std::span<const RunLog> runs, const ReportOptions& options) {
  const Page page = page_of(runs, options);
  const std::vector<ReportSection> sections = sections_of(page);
  Html html;
  open_document(html, {.title = page_title(page),
                       .styles = styles(),
                       .scripts = scripts(),
                       .asks_for_more = page.options->live});
  html.open("body");
  html.leaf("a", {{"class", "skip"}, {"href", "#main"}}, "Skip to the content");
  html.open("header").leaf("p", {{"class", "mark"}}, "Clino run report");
  html.leaf("h1", {}, page_title(page)).close();
  write_contents(html, contents_of(sections));
  html.open("main", {{"id", "main"}, {"tabindex", "-1"}});
  for (const ReportSection& section : sections) html.raw(section.html).raw("\n");
  html.close();
  html.open("footer").leaf("p", {},
                           "Charts by dygraphs, © Dan Vanderkam and contributors, MIT licence.");
  html.close();
  html.open("script", {{"type", "application/json"}, {"id", "data"}}).raw(page.data.json).close();
  for (const Asset& script : scripts()) html.open("script").raw(script.text).close();
  html.close().close().raw("\n");
  return html.markup();
}

}  // namespace clino
