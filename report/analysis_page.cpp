#include <algorithm>
#include <cmath>

#include "report/analysis_words.hpp"
#include "report/assets.hpp"
#include "report/document.hpp"
#include "report/figure.hpp"
#include "report/number_text.hpp"

namespace clino {

namespace {

using namespace report;  // NOLINT(google-build-using-namespace): this file is its front
using theory::ActivationAnalysis;
using theory::CriticalLinePoint;
using theory::Curve;
using Mark = FigureLine::Mark;

/// A curve at any place within its own, straight between its points.
double at(const Curve& curve, double x) {
  const auto right = std::ranges::lower_bound(curve.x, x);
  if (right == curve.x.begin()) return curve.y.front();
  if (right == curve.x.end()) return curve.y.back();
  const auto i = static_cast<std::size_t>(right - curve.x.begin());
  const double share = (x - curve.x[i - 1]) / (curve.x[i] - curve.x[i - 1]);
  return curve.y[i - 1] + share * (curve.y[i] - curve.y[i - 1]);
}

void write_facts_table(Html& html, const std::vector<Fact>& facts, const std::string& caption) {
  open_scroll_box(html, caption);
  html.open("table", {{"class", "pairs"}}).leaf("caption", {}, caption).open("tbody");
  for (const Fact& fact : facts) {
    html.open("tr").leaf("th", {{"scope", "row"}}, fact.name).leaf("td", {}, fact.text).close();
  }
  html.close().close().close();
}

/// A table of numbers, its first column the rows' names.
void write_numbers(Html& html, const std::string& label, const std::vector<std::string>& columns,
                   const std::vector<std::vector<std::string>>& rows) {
  open_scroll_box(html, label);
  html.open("table", {{"class", "numbers"}});
  write_table_head(html, columns);
  html.open("tbody");
  for (const std::vector<std::string>& row : rows) {
    html.open("tr").leaf("th", {{"scope", "row"}}, row.front());
    for (std::size_t i = 1; i < row.size(); ++i) html.leaf("td", {}, row[i]);
    html.close();
  }
  html.close().close().close();
}

FigureLine line(std::string label, const Curve& curve, LineStyle style) {
  return {.label = std::move(label), .style = std::move(style), .x = curve.x, .y = curve.y};
}

/// Where the curve meets places of interest, as far as these are in sight.
void add_marks(Figure& figure, const std::string& label, const Curve& curve,
               const std::vector<double>& places, const std::string& color) {
  FigureLine marks{.label = label, .style = {color, 0}, .mark = Mark::points, .x = {}, .y = {}};
  for (const double x : places) {
    if (x < curve.x.front() || x > curve.x.back()) continue;
    marks.x.push_back(x);
    marks.y.push_back(at(curve, x));
  }
  if (!marks.x.empty()) figure.lines.push_back(std::move(marks));
}

void write_curves(Html& html, const ActivationAnalysis& analysis) {
  open_section(html, "curve", "Curve");
  Figure value{.title = "Value",
               .caption = "phi(x): what a unit hands on, by its pre-activation x.",
               .x_title = "x",
               .y_title = "phi(x)",
               .lines = {}};
  value.lines.push_back(line("", analysis.value, {"c0", 0}));
  std::vector<double> extrema, kinks, ends;
  for (const auto& extremum : {analysis.shape.minimum, analysis.shape.maximum}) {
    if (extremum) extrema.push_back(extremum->x);
  }
  for (const theory::Kink& kink : analysis.shape.kinks) kinks.push_back(kink.x);
  add_marks(value, "extremum", analysis.value, extrema, "c1");
  add_marks(value, "kink", analysis.value, kinks, "c3");
  write_figure(html, value);
  Figure slope{.title = "Slope",
               .caption = "phi'(x): the factor that a gradient passes on its way down.",
               .x_title = "x",
               .y_title = "phi'(x)",
               .from_zero = true,
               .lines = {}};
  slope.lines.push_back(line("", analysis.slope, {"c0", 0}));
  for (const auto& end : {analysis.log_threshold.below, analysis.log_threshold.above}) {
    if (end) ends.push_back(*end);
  }
  add_marks(slope, "beyond: below a thousandth of the largest", analysis.slope, ends, "c1");
  write_figure(html, slope);
  write_facts_table(html, curve_facts(analysis), "What the curve is like");
  html.close();
}

void write_moments(Html& html, const ActivationAnalysis& analysis) {
  open_section(html, "moments", "Gaussian moments");
  html.leaf("p", {},
            "Of a normal pre-activation u with mean 0 and variance q = 1. On weights of variance "
            "gain² / fan_in the gain 1 / sqrt(E phi²) keeps q = 1 from layer to layer.");
  const theory::Moments& at_one = analysis.at_one;
  const double mean = std::abs(at_one.mean) < 1e-12 ? 0 : at_one.mean;
  write_numbers(html, "Gaussian moments", {"", "E phi", "E phi²", "E phi'²", "gain"},
                {{"q = 1", number_text(mean, 6), number_text(at_one.mean_square, 6),
                  number_text(at_one.mean_square_slope, 6),
                  analysis.gain ? number_text(*analysis.gain, 6) : "none"}});
  html.close();
}

Figure recursion_figure(const ActivationAnalysis& analysis) {
  const Curve& recursion = analysis.recursion;
  const std::vector<double> ends = {0, recursion.x.back()};
  Figure figure{.title = "From one layer to the next",
                .caption =
                    "V(q), the mean square of the next layer's pre-activations. Where it "
                    "crosses the diagonal from above a length is stable; where it crosses "
                    "from below, lengths leave it on both sides.",
                .x_title = "q",
                .y_title = "V(q)",
                .from_zero = true,
                .lines = {}};
  figure.lines.push_back(line("V(q)", recursion, {"c0", 0}));
  figure.lines.push_back(line("V = q", {ends, ends}, {"grey", 1}));
  for (const bool stable : {true, false}) {
    std::vector<double> lengths;
    for (const theory::FixedPoint& point : analysis.lengths.fixed_points) {
      if (point.stable() == stable) lengths.push_back(point.length);
    }
    add_marks(figure, stable ? "stable" : "repels", recursion, lengths, stable ? "c2" : "c1");
  }
  return figure;
}

Figure paths_figure(const ActivationAnalysis& analysis) {
  Figure figure{.title = "Through many layers",
                .caption =
                    "The mean square q of the pre-activations, layer after layer, from "
                    "several starts.",
                .x_title = "layer",
                .y_title = "q",
                .log_y = true,
                .lines = {}};
  const std::size_t count = analysis.paths.size();
  for (std::size_t i = 0; i < count; ++i) {
    const std::vector<double>& path = analysis.paths[i];
    const std::size_t level = i * (kRampLevels - 1) / std::max<std::size_t>(count - 1, 1);
    FigureLine one{.label = "from " + number_text(path.front()),
                   .style = {"d" + std::to_string(level), 0},
                   .x = {},
                   .y = path};
    for (std::size_t layer = 0; layer < path.size(); ++layer) {
      one.x.push_back(static_cast<double>(layer));
    }
    figure.lines.push_back(std::move(one));
  }
  return figure;
}

void write_signals(Html& html, const AnalysisReport& report) {
  open_section(html, "signals", "Signals in deep wide nets");
  html.leaf("p", {},
            "Weights of variance sigma_w² / fan_in, biases of variance sigma_b²: " +
                variances_text(report) + ".");
  write_facts_table(html, signal_facts(report.analysis), "What lengths and gradients do");
  write_figure(html, recursion_figure(report.analysis));
  write_figure(html, paths_figure(report.analysis));
  html.close();
}

void write_critical_line(Html& html, const ActivationAnalysis& analysis) {
  open_section(html, "critical", "Critical line");
  html.leaf(
      "p", {},
      "Where chi = sigma_w² E phi'² is 1 at the length that rests, gradients keep their size: "
      "below the line they vanish, above it they explode.");
  html.leaf("p", {}, critical_text(analysis));
  if (has_critical_line(analysis)) {
    Figure figure{.title = "Critical line",
                  .caption = "The critical sigma_w² for each sigma_b².",
                  .x_title = "sigma_b²",
                  .y_title = "sigma_w²",
                  .lines = {}};
    FigureLine critical{
        .label = "", .style = {"c0", 0}, .mark = Mark::line_and_points, .x = {}, .y = {}};
    std::vector<std::vector<std::string>> rows;
    for (const CriticalLinePoint& point : analysis.critical_line) {
      critical.x.push_back(point.bias_variance);
      critical.y.push_back(point.point ? point.point->weight_variance : std::nan(""));
      const auto length = [&] {
        return point.point->every_length ? "any" : number_text(point.point->length, 6);
      };
      rows.push_back({number_text(point.bias_variance),
                      point.point ? number_text(point.point->weight_variance, 6) : "none",
                      point.point ? length() : ""});
    }
    figure.lines.push_back(std::move(critical));
    write_figure(html, figure);
    write_numbers(html, "Critical line", {"sigma_b²", "sigma_w²", "q*"}, rows);
  }
  html.close();
}

void write_costs(Html& html, const std::vector<CostRow>& costs) {
  open_section(html, "cost", "Cost");
  html.leaf("p", {},
            "Nanoseconds of processor time per element on the machine that wrote this page, beside "
            "ReLU: the library's own vector code in a block that fits the nearest memory, and the "
            "plain formula with libm, one number at a time.");
  std::vector<std::vector<std::string>> rows;
  rows.reserve(costs.size());
  for (const CostRow& row : costs) {
    rows.push_back(
        {std::string(row.dtype) + ", " + (row.code == "library" ? "vector code" : "plain libm"),
         number_text(row.forward, 3), number_text(row.forward_ratio, 3) + " ×",
         number_text(row.backward, 3), number_text(row.backward_ratio, 3) + " ×"});
  }
  write_numbers(html, "Cost per element",
                {"", "forward, ns", "of ReLU's", "backward, ns", "of ReLU's"}, rows);
  html.close();
}

}  // namespace

std::string analysis_html(const AnalysisReport& report) {
  using report_assets::page_css, report_assets::page_css_sha256;
  const ActivationAnalysis& analysis = report.analysis;
  const std::string name = analysed_name(analysis.choice);
  std::vector<ContentsEntry> contents = {{"curve", "Curve"},
                                         {"moments", "Moments"},
                                         {"signals", "Signals"},
                                         {"critical", "Critical line"}};
  if (!report.costs.empty()) contents.push_back({"cost", "Cost"});
  Html html;
  open_document(html, {.title = name, .styles = {{page_css, page_css_sha256}}, .scripts = {}});
  html.open("body");
  html.leaf("a", {{"class", "skip"}, {"href", "#main"}}, "Skip to the content");
  html.open("header").leaf("p", {{"class", "mark"}}, "Clino activation analysis");
  html.leaf("h1", {}, name).close();
  write_contents(html, contents);
  html.open("main", {{"id", "main"}, {"tabindex", "-1"}});
  if (!report.summary.empty()) html.leaf("p", {{"class", "lead"}}, report.summary);
  const std::string caution = analysis_caution(analysis);
  if (!caution.empty()) html.leaf("p", {}, caution);
  write_curves(html, analysis);
  write_moments(html, analysis);
  write_signals(html, report);
  write_critical_line(html, analysis);
  if (!report.costs.empty()) write_costs(html, report.costs);
  html.close().close().close().raw("\n");
  return html.markup();
}

}  // namespace clino
