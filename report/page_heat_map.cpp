#include <algorithm>
#include <cmath>

#include "report/heat_map.hpp"
#include "report/number_text.hpp"
#include "report/page.hpp"

namespace clino::report {

namespace {

constexpr std::size_t kCells = 2400;
constexpr double kMapLeft = 92, kMapWidth = 660;

std::string words(const LayerLog& layer, const Stretch& cell) {
  const std::uint64_t first = first_step(layer, cell), last = last_step(layer, cell);
  std::string text = layer_label(layer) + ", step " + std::to_string(first);
  if (last != first) text += "–" + std::to_string(last);
  text += cell.any ? ": " + number_text(std::pow(10.0, cell.mean)) : ": zero";
  return cell.broken ? text + ", not finite" : text;
}

void write_rows(Html& html, const std::vector<LayerLog>& layers, const HeatMap& map,
                double height) {
  const auto& rows = map.rows;
  for (std::size_t l = 0; l < rows.size(); ++l) {
    const double width = kMapWidth / static_cast<double>(std::max<std::size_t>(rows[l].size(), 1));
    const double y = height * static_cast<double>(l);
    html.open("g",
              {{"transform", "translate(" + coordinate(kMapLeft) + " " + coordinate(y) + ")"}});
    for (std::size_t i = 0; i < rows[l].size(); ++i) {
      const Stretch& cell = rows[l][i];
      const double left = width * static_cast<double>(i);
      Attributes attributes = {{"x", coordinate(left)},
                               {"width", coordinate(width + 0.3)},
                               {"height", coordinate(height)}};
      if (cell.broken) {
        attributes.push_back({"class", "bad"});
      } else {
        attributes.push_back({"fill", cell.any ? ramp_color(map.range.place(cell.mean)) : "#000"});
      }
      html.open("rect", attributes).leaf("title", {}, words(layers[l], cell)).close();
    }
    html.close();
    html.leaf("text",
              {{"x", coordinate(kMapLeft - 6)}, {"y", coordinate(y + height / 2)}, {"class", "y"}},
              shortened(layer_label(layers[l]), 15));
  }
}

void write_ramp(Html& html, const ValueRange& range, double y) {
  constexpr int kSteps = 32;
  constexpr double kLong = 220;
  for (int i = 0; i < kSteps; ++i) {
    html.shape("rect", {{"x", coordinate(kMapLeft + kLong * i / kSteps)},
                        {"y", coordinate(y)},
                        {"width", coordinate(kLong / kSteps + 0.3)},
                        {"height", "10"},
                        {"fill", ramp_color((i + 0.5) / kSteps)}});
  }
  const auto label = [&](double share, const char* place) {
    const double value = range.low + share * (range.high - range.low);
    html.leaf(
        "text",
        {{"x", coordinate(kMapLeft + kLong * share)}, {"y", coordinate(y + 21)}, {"class", place}},
        number_text(std::round(value * 10) / 10));
  };
  label(0, "x");
  label(0.5, "x");
  label(1, "x");
  html.leaf("text",
            {{"x", coordinate(kMapLeft + kLong + 14)}, {"y", coordinate(y + 6)}, {"class", "left"}},
            "log10 |δ|");
}

void write_map(Html& html, const RunLog& run) {
  const std::size_t columns = std::clamp<std::size_t>(kCells / run.layers.size(), 24, 160);
  const HeatMap map = heat_map(run.layers, columns);
  const auto& rows = map.rows;
  const double height = run.layers.size() <= 12 ? 22 : run.layers.size() <= 50 ? 12 : 8;
  const double bottom = height * static_cast<double>(rows.size());
  html.open("figure", {{"class", "map"}});
  open_picture_box(html, "Heat map");
  html.open("svg", {{"viewBox", "0 0 760 " + coordinate(bottom + 62)},
                    {"role", "img"},
                    {"aria-label",
                     "Heat map of log10 delta_norm: one row for each layer, the first "
                     "on top, steps from left to right"}});
  write_rows(html, run.layers, map, height);
  const std::vector<LayerPoint>& points = run.layers.front().points;
  html.leaf("text",
            {{"x", coordinate(kMapLeft)}, {"y", coordinate(bottom + 13)}, {"class", "left"}},
            "step " + count_text(points.front().step));
  html.leaf(
      "text",
      {{"x", coordinate(kMapLeft + kMapWidth)}, {"y", coordinate(bottom + 13)}, {"class", "end"}},
      count_text(points.back().step));
  write_ramp(html, map.range, bottom + 28);
  html.close().close();
  if (points.size() > rows.front().size()) {
    html.leaf("p", {{"class", "note"}},
              "A cell is the geometric mean of about " +
                  count_text((points.size() + rows.front().size() / 2) / rows.front().size()) +
                  " of " + count_text(points.size()) + " records.");
  }
  html.close();
}

}  // namespace

void write_heat_map(Html& html, const Page& page) {
  const auto has_points = [](const RunLog& run) {
    return !run.layers.empty() && !run.layers.front().points.empty();
  };
  if (std::none_of(page.runs.begin(), page.runs.end(), has_points)) return;
  open_section(html, "heat-map", "Back-propagated signal, layer by step");
  for (const RunLog& run : page.runs) {
    if (!has_points(run)) continue;
    write_run_heading(html, page, run);
    write_map(html, run);
  }
  html.close();
}

}  // namespace clino::report
