#include <algorithm>
#include <cmath>

#include "report/figure.hpp"
#include "report/number_text.hpp"
#include "report/page.hpp"
#include "report/theory_overlay.hpp"

namespace clino::report {

namespace {

/// Prediction with its range and measurement, for dense layers or for all others.
void add_lines(Figure& figure, const RunLog& run, const TheoryOverlay& overlay,
               Compared TheoryRow::*which, bool dense) {
  const std::string name = dense ? "dense layers" : "activations";
  FigureLine theory{.label = name + ", predicted",
                    .style = {dense ? "c0" : "c2", dense ? 0 : 1},
                    .x = {},
                    .y = {}};
  FigureLine measured{.label = name + ", measured",
                      .style = {dense ? "c1" : "c3", dense ? 0 : 2},
                      .mark = FigureLine::Mark::points,
                      .x = {},
                      .y = {}};
  for (const TheoryRow& row : overlay.rows) {
    if (row.dense != dense) continue;
    const Compared& value = row.*which;
    const auto number = static_cast<double>(run.layers[row.layer].layer);
    theory.x.push_back(number);
    theory.y.push_back(value.predicted);
    theory.low.push_back(value.low);
    theory.high.push_back(value.high);
    measured.x.push_back(number);
    measured.y.push_back(value.measured);
  }
  figure.lines.push_back(theory);
  figure.lines.push_back(measured);
}

void write_comparison(Html& html, const RunLog& run, const TheoryOverlay& overlay,
                      Compared TheoryRow::*which, Figure figure) {
  const InsideCount count = count_inside(overlay, which);
  if (count.compared == 0) return;
  figure.caption += " " + count_text(count.inside) + " of " + count_text(count.compared) +
                    " layers lie within the band.";
  add_lines(figure, run, overlay, which, true);
  add_lines(figure, run, overlay, which, false);
  write_figure(html, figure);
}

void write_figures(Html& html, const RunLog& run, const TheoryOverlay& overlay) {
  html.open("div", {{"class", "charts pairs"}});
  write_comparison(html, run, overlay, &TheoryRow::mean_square,
                   {.title = "Mean square q of each layer's outputs",
                    .caption = "Going up, on the probe batch.",
                    .x_title = "layer",
                    .y_title = "mean square",
                    .log_y = true,
                    .lines = {}});
  write_comparison(html, run, overlay, &TheoryRow::delta_ratio,
                   {.title = "Back-propagated signal |δ|, relative to the last layer's",
                    .caption = "Coming down, on the first batch.",
                    .x_title = "layer",
                    .y_title = "|δ| / |δ| of the last layer",
                    .log_y = true,
                    .lines = {}});
  write_comparison(html, run, overlay, &TheoryRow::cosine,
                   {.title = "Mean cosine between two samples' outputs",
                    .caption = "At 1 a layer has made all samples alike.",
                    .x_title = "layer",
                    .y_title = "cosine",
                    .lines = {}});
  html.close();
}

std::string factors_text(const LayerFactor& factor) {
  if (!std::isfinite(factor.predicted)) return "";
  std::string text = "In this net a hidden layer multiplies |δ| by " +
                     number_text(factor.predicted, 3) + " on its way down by theory";
  if (std::isfinite(factor.measured)) {
    text += ", by " + number_text(factor.measured, 3) + " as measured";
  }
  return text + ". ";
}

void write_run(Html& html, const Page& page, const RunLog& run) {
  write_run_heading(html, page, run);
  const TheoryOverlay overlay = theory_overlay(run);
  if (!overlay.reason.empty()) {
    html.leaf("p", {}, "The theory of wide nets says nothing of this one: " + overlay.reason + ".");
    return;
  }
  std::string text = factors_text(delta_factor(overlay));
  if (overlay.depth) text += depth_text(*overlay.depth);
  if (!text.empty()) html.leaf("p", {}, text);
  if (!overlay.missing.empty()) {
    html.leaf("p", {{"class", "note"}}, "Missing: " + overlay.missing + ".");
  }
  write_figures(html, run, overlay);
}

}  // namespace

void write_theory(Html& html, const Page& page) {
  const auto logged = [](const RunLog& run) { return !run.layers.empty(); };
  if (std::ranges::none_of(page.runs, logged)) return;
  open_section(html, "theory", "Theory beside measurement, at step 0");
  html.leaf("p", {{"class", "about"}},
            "What mean-field theory says of a net of these layers and initialisers before its "
            "first step, going out from what its first layer gave; measured values beside it. "
            "In the bands lie about 95 % of all nets of these widths.");
  for (const RunLog& run : page.runs) {
    if (logged(run)) write_run(html, page, run);
  }
  html.close();
}

}  // namespace clino::report
