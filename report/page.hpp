#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "report/charts.hpp"
#include "report/document.hpp"
#include "report/html.hpp"
#include "report/page_data.hpp"
#include "report/report.hpp"

/// \file
/// The sections of the page, one function each. A section without anything to show writes nothing.

namespace clino::report {

struct Page {
  std::span<const RunLog> runs;
  std::vector<Series> series;
  PageData data;
  const ReportOptions* options = nullptr;

  bool one_run() const { return runs.size() == 1; }
};

/// A run's name as a heading, where there are several.
void write_run_heading(Html& html, const Page& page, const RunLog& run);
/// The figure of a chart: a picture that page.js turns into a chart. Writes nothing where no series
/// belongs to it, unless the page is live.
void write_chart_figure(Html& html, const Page& page, std::string_view id);

void write_outcome(Html& html, const Page& page);
void write_findings(Html& html, const Page& page);
void write_differences(Html& html, const Page& page);
void write_training(Html& html, const Page& page);
void write_layers(Html& html, const Page& page);
void write_heat_map(Html& html, const Page& page);
void write_activations(Html& html, const Page& page);
void write_units(Html& html, const Page& page);
void write_outputs(Html& html, const Page& page);
void write_signal(Html& html, const Page& page);
void write_theory(Html& html, const Page& page);
void write_histograms(Html& html, const Page& page);
void write_film(Html& html, const Page& page);
void write_shapes(Html& html, const Page& page);
void write_jacobian(Html& html, const Page& page);
void write_latest(Html& html, const Page& page);
void write_settings(Html& html, const Page& page);

/// What was trained, in a sentence: data, net, loss, optimiser.
std::string what_was_trained(const RunLog& run);
/// `2-32-32-2`; a `?` where a width is not known.
std::string widths_text(const RunLog& run);
/// The last metrics of a part, or null.
const MetricsPoint* last_metrics(const RunLog& run, std::string_view split);
/// Those at the end of an epoch, or null.
const MetricsPoint* metrics_at(const RunLog& run, std::string_view split, std::uint64_t epoch);

}  // namespace clino::report
