#include <algorithm>
#include <cmath>
#include <limits>

#include "compare/bands.hpp"
#include "compare/panel.hpp"
#include "report/document.hpp"
#include "report/number_text.hpp"

namespace clino::compare {

namespace {

using report::Html;
using report::number_text;

constexpr std::size_t kPoints = 80;          ///< of a line, in a panel of the largest kind
constexpr std::size_t kPointsOfLittle = 50;  ///< where there are many

std::vector<Band> bands_of(const ComparisonPage& page, const Metric& metric) {
  const std::size_t points = page.count() > 20 ? kPointsOfLittle : kPoints;
  std::vector<Band> bands;
  for (std::size_t i = 0; i < page.count(); ++i) {
    bands.push_back(
        band_of(page.comparison, page.variation(i), metric, points, is_over_early(page)));
  }
  return bands;
}

/// One run that diverges shall not press all others flat: the upper end of a loss is at most ten
/// times what nine in ten of the medians stay below.
double highest_shown(const std::vector<Band>& bands) {
  std::vector<double> medians;
  for (const Band& band : bands) {
    for (const double value : band.median) {
      if (std::isfinite(value)) medians.push_back(value);
    }
  }
  if (medians.empty()) return std::numeric_limits<double>::infinity();
  std::ranges::sort(medians);
  const double most = quantile(medians, 0.9);
  return most > 0 ? 10 * most : medians.back();
}

report::Axis value_axis(const std::vector<Band>& bands, const Metric& metric,
                        const Comparison& comparison) {
  const double highest =
      metric.loss ? highest_shown(bands) : std::numeric_limits<double>::infinity();
  std::vector<double> shown;
  for (const Band& band : bands) {
    for (const auto* line : {&band.lower, &band.median, &band.upper}) {
      for (const double value : *line) {
        if (value <= highest) shown.push_back(value);
      }
    }
  }
  const bool log = metric.loss && std::ranges::all_of(shown, [](double x) { return x > 0; });
  if (metric.target) shown.push_back(comparison.target->value);
  const std::vector<double>* numbers[] = {&shown};
  report::Axis axis = report::fitted_axis(numbers, log, false);
  if (!metric.loss) {  // shares: no room beyond what they can be
    axis.low = std::max(axis.low, std::min(0.0, std::ranges::min(shown)));
    axis.high = std::min(axis.high, std::max(1.0, std::ranges::max(shown)));
  }
  return axis;
}

std::string ending_text(const Band& band) {
  if (band.median.empty()) return "no values";
  const std::size_t last = band.median.size() - 1;
  return "median from " + number_text(band.median.front(), 3) + " to " +
         number_text(band.median[last], 3) + " at epoch " + number_text(band.epochs[last], 6) +
         ", quartiles there " + number_text(band.lower[last], 3) + " and " +
         number_text(band.upper[last], 3);
}

void write_band(Html& html, const PanelFrame& frame, const Band& band) {
  if (band.epochs.empty()) return;
  if (band.minimum != band.maximum) {
    html.shape("path", {{"class", "range c0"},
                        {"d", band_path(frame, band.epochs, band.minimum, band.maximum)}});
    html.shape("path", {{"class", "quartiles c0"},
                        {"d", band_path(frame, band.epochs, band.lower, band.upper)}});
  }
  html.open("g", {{"class", "lines"}});
  html.shape("path", {{"class", "c0"}, {"d", line_path(frame, band.epochs, band.median)}}).close();
}

PanelFrame metric_frame(const ComparisonPage& page, const std::vector<Band>& bands,
                        const Metric& metric) {
  PanelFrame frame = panel_frame(page.count());
  double last = 1;
  for (const Band& band : bands) {
    if (!band.epochs.empty()) last = std::max(last, band.epochs.back());
  }
  set_numbers(frame.x, {.log = is_over_early(page), .low = last > 1 ? 1.0 : 0.0, .high = last});
  set_numbers(frame.y, value_axis(bands, metric, page.comparison));
  frame.x_title = "epoch";
  return frame;
}

void write_how_to_read(Html& html, const ComparisonPage& page, const Metric& metric,
                       const PanelFrame& frame) {
  std::string text = "Each variation's " + metric.title + " over the epochs";
  text += frame.y.log ? ", on a log axis" : "";
  text += "; all panels have the same axes.";
  text +=
      " A curve ends where fewer than half of its runs go on; what lies beyond the axis is "
      "drawn at its edge.";
  html.leaf("p", {{"class", "about"}}, text);
  std::vector<LegendEntry> legend = {{"swatch c0", "median of the runs"},
                                     {"block c0 quartiles", "from quartile to quartile"},
                                     {"block c0 range", "from the lowest to the highest run"}};
  if (page.count() > 1) legend.push_back({"swatch grey", "medians of the other variations"});
  if (metric.target) legend.push_back({"swatch k1 level", "target"});
  write_legend(html, legend);
}

}  // namespace

void write_convergence(Html& html, const ComparisonPage& page) {
  const Metric metric = shown_metric(page.comparison);
  const std::vector<Band> bands = bands_of(page, metric);
  if (std::ranges::all_of(bands, [](const Band& band) { return band.epochs.empty(); })) return;
  const PanelFrame frame = metric_frame(page, bands, metric);
  report::open_section(html, "convergence", "Convergence");
  write_how_to_read(html, page, metric, frame);
  std::string medians;
  for (const Band& band : bands) medians += line_path(frame, band.epochs, band.median);
  write_backdrop(html, "all-medians", medians);
  open_panels(html, frame);
  for (const std::size_t i : page.order) {
    open_panel(html, frame, page, i,
               metric.title + " of " + page.variation(i).label + ": " + ending_text(bands[i]));
    if (page.count() > 1) use_backdrop(html, "all-medians");
    if (metric.target) write_level(html, frame, page.comparison.target->value);
    write_band(html, frame, bands[i]);
    close_panel(html);
  }
  html.close().close();
}

}  // namespace clino::compare
