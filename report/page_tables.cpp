#include <cmath>
#include <nlohmann/json.hpp>

#include "report/number_text.hpp"
#include "report/page.hpp"

namespace clino::report {

namespace {

/// A number, or a dash where the layer has none.
std::string cell(double value, bool applies) { return applies ? number_text(value) : "–"; }

void write_layer_row(Html& html, const LayerLog& layer) {
  const LayerPoint& last = layer.points.back();
  html.open("tr").leaf("th", {{"scope", "row"}}, layer_label(layer));
  const bool fractions = layer.elementwise;
  const std::vector<std::string> cells = {
      cell(last.delta_norm, true),
      cell(last.weight_grad_norm, layer.learned),
      cell(last.update_ratio, layer.learned),
      cell(last.weight_norm, layer.learned),
      cell(last.output_mean, true),
      cell(last.output_std, true),
      cell(last.below_threshold_fraction, fractions && !layer.piecewise_linear),
      cell(last.below_threshold_fraction, fractions && layer.piecewise_linear),
      cell(last.dead_fraction, fractions),
      layer.scans.empty() ? "–"
                          : std::to_string(layer.scans.back().dead) + " of " +
                                std::to_string(layer.scans.back().units),
      cell(last.same_sign_fraction, !std::isnan(last.same_sign_fraction)),
      number_text(last.nonfinite)};
  for (const std::string& text : cells) html.leaf("td", {}, text);
  html.close();
}

}  // namespace

void write_latest(Html& html, const Page& page) {
  open_section(html, "latest", "Latest record of each layer");
  for (const RunLog& run : page.runs) {
    write_run_heading(html, page, run);
    if (run.layers.empty() || run.layers.front().points.empty()) {
      html.leaf("p", {}, "The log has no layer records.");
      continue;
    }
    open_scroll_box(html, "Latest record of each layer of " + run.name);
    html.open("table", {{"class", "numbers"}});
    html.leaf("caption", {}, "Step " + count_text(run.layers.front().points.back().step));
    write_table_head(
        html, {"layer", "|δ|", "|∂L/∂W|", "|ΔW|/|W|", "|W|", "mean", "std", "saturated", "inactive",
               "dead (batch)", "dead (all)", "one sign", "not finite"});
    html.open("tbody");
    for (const LayerLog& layer : run.layers) {
      if (!layer.points.empty()) write_layer_row(html, layer);
    }
    html.close().close().close();
  }
  html.close();
}

void write_settings(Html& html, const Page& page) {
  open_section(html, "settings", "Config and environment");
  for (const RunLog& run : page.runs) {
    write_run_heading(html, page, run);
    if (run.summary && !run.summary->environment.empty()) {
      html.open("table", {{"class", "pairs"}}).open("tbody");
      for (const auto& [name, value] : run.summary->environment) {
        html.open("tr").leaf("th", {{"scope", "row"}}, name).leaf("td", {}, value).close();
      }
      html.close().close();
    }
    html.open("details", page.one_run() ? Attributes{{"open", ""}} : Attributes{});
    html.leaf("summary", {}, "Resolved config");
    html.leaf("pre", {{"tabindex", "0"}, {"aria-label", "Resolved config of " + run.name}},
              run.config_text);
    html.close();
  }
  html.close();
}

}  // namespace clino::report
