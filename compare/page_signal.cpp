#include <algorithm>
#include <cmath>

#include "compare/panel.hpp"
#include "compare/signal_maps.hpp"
#include "report/document.hpp"
#include "report/number_text.hpp"
#include "report/styles.hpp"

namespace clino::compare {

namespace {

using report::coordinate;
using report::Html;
using report::number_text;

constexpr std::size_t kCells = 20000;  ///< in all maps
constexpr std::size_t kMostColumns = 32;
constexpr int kLevels = 40;  ///< of colour

std::vector<SignalMap> shown_maps(const ComparisonPage& page) {
  std::size_t layers = 0;
  for (const VariationResult& variation : page.comparison.variations) {
    for (const std::size_t run : variation.runs) {
      const std::size_t rows = page.comparison.runs[run].outcome.signal.rows.size();
      layers += rows;
      if (rows > 0) break;  // the others have as many, or are left out
    }
  }
  if (layers == 0) return {};
  const std::size_t columns = std::clamp<std::size_t>(kCells / layers, 2, kMostColumns);
  std::vector<SignalMap> maps;
  for (const VariationResult& variation : page.comparison.variations) {
    maps.push_back(median_signal(page.comparison, variation, columns));
  }
  return maps;
}

int level_of(double value, const statistics::Interval& range) {
  if (!(range.high > range.low)) return kLevels / 2;
  const double share = (value - range.low) / (range.high - range.low);
  return static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * (kLevels - 1)));
}

std::string level_color(int level) {
  return report::ramp_color(static_cast<double>(level) / (kLevels - 1));
}

/// Where a map lies in its picture.
struct MapFrame {
  double left = 0, width = 0;
  double high = 0;  ///< a cell
};

/// One path for each colour: neighbours in a row that have the same are one rectangle.
void write_cells(Html& html, const SignalMap& map, const statistics::Interval& range,
                 const MapFrame& frame) {
  std::vector<std::string> paths(kLevels);
  for (std::size_t l = 0; l < map.rows.size(); ++l) {
    const std::vector<double>& row = map.rows[l];
    const auto place = [&](std::size_t i) {
      return frame.left + std::round(frame.width * 2 * static_cast<double>(i) /
                                     static_cast<double>(row.size())) /
                              2;
    };
    for (std::size_t i = 0; i < row.size();) {
      std::size_t end = i + 1;
      if (std::isnan(row[i])) {
        i = end;
        continue;
      }
      const int level = level_of(row[i], range);
      while (end < row.size() && !std::isnan(row[end]) && level_of(row[end], range) == level) ++end;
      const std::string width = coordinate(place(end) - place(i));
      std::string& path = paths[static_cast<std::size_t>(level)];
      path.append("M").append(coordinate(place(i)));
      path.append(" ").append(coordinate(frame.high * static_cast<double>(l)));
      path.append("h").append(width).append("v").append(coordinate(frame.high));
      path.append("h-").append(width).append("z");
      i = end;
    }
  }
  for (int level = 0; level < kLevels; ++level) {
    const std::string& path = paths[static_cast<std::size_t>(level)];
    if (!path.empty()) html.shape("path", {{"fill", level_color(level)}, {"d", path}});
  }
}

/// The names of as many layers as there is room for, the first and the last among them.
void write_names(Html& html, const SignalMap& map, const MapFrame& frame) {
  constexpr double kLine = 12;
  const std::size_t count = map.layers.size();
  for (std::size_t l = 0; l < count; ++l) {
    const bool end = l == 0 || l + 1 == count;
    if (frame.high < kLine && !end) continue;
    double y = frame.high * (static_cast<double>(l) + 0.5);
    if (frame.high < kLine)
      y = l == 0 ? kLine / 2 : frame.high * static_cast<double>(count) - kLine / 2;
    html.leaf("text", {{"x", coordinate(frame.left - 5)}, {"y", coordinate(y)}, {"class", "y"}},
              report::shortened(map.layers[l], 11));
  }
}

std::string map_description(const std::string& label, const SignalMap& map) {
  std::string text = "Signal of " + label + ", " + counted(map.rows.size(), "layer");
  const auto end = [&](std::size_t row, bool last) {
    const std::vector<double>& values = map.rows[row];
    if (values.empty()) return std::string("none");
    const double value = last ? values.back() : values.front();
    return std::isnan(value) ? std::string("none") : number_text(value, 2);
  };
  const std::size_t last = map.rows.size() - 1;
  return text + ": log10 at the first layer " + end(0, false) + " at the start and " +
         end(0, true) + " at the end, at the last layer " + end(last, false) + " and " +
         end(last, true);
}

void write_map(Html& html, const ComparisonPage& page, std::size_t i, const SignalMap& map,
               const statistics::Interval& range, const PanelFrame& panel) {
  const auto rows = static_cast<double>(map.rows.size());
  const double most = panel.height - 30;
  const double high = std::max(1.0, std::min(18.0, std::floor(2 * most / rows) / 2));
  const MapFrame frame{.left = 62, .width = panel.width - 64, .high = high};
  const double bottom = std::max(high * rows, 24.0);
  html.open("figure", {{"class", "panel map"}}).open("figcaption");
  html.leaf("h3", {}, report::shortened(page.variation(i).label, 80));
  html.leaf("p", {},
            "rank " + rank_text(page.comparison, page.variation(i)) + ", " +
                runs_text(page.variation(i)));
  html.close();
  html.open("svg", {{"viewBox", "0 0 " + coordinate(panel.width) + " " + coordinate(bottom)},
                    {"role", "img"},
                    {"aria-label", map_description(page.variation(i).label, map)}});
  html.shape("rect", {{"class", "void"},
                      {"x", coordinate(frame.left)},
                      {"width", coordinate(frame.width)},
                      {"height", coordinate(high * rows)}});
  write_cells(html, map, range, frame);
  write_names(html, map, frame);
  html.close().close();
}

void write_scale(Html& html, const statistics::Interval& range) {
  constexpr double kWide = 240;
  html.open("svg", {{"class", "scale"},
                    {"viewBox", "0 0 300 30"},
                    {"role", "img"},
                    {"aria-label", "Scale of colours: log10 of the signal from " +
                                       number_text(range.low, 2) + ", dark blue, to " +
                                       number_text(range.high, 2) + ", yellow"}});
  for (int level = 0; level < kLevels; ++level) {
    html.shape("rect", {{"x", coordinate(30 + kWide * level / kLevels)},
                        {"width", coordinate(kWide / kLevels + 0.3)},
                        {"height", "11"},
                        {"fill", level_color(level)}});
  }
  for (const double share : {0.0, 0.5, 1.0}) {
    html.leaf("text", {{"x", coordinate(30 + kWide * share)}, {"y", "21"}, {"class", "x"}},
              number_text(range.low + share * (range.high - range.low), 2));
  }
  html.close();
}

}  // namespace

void write_signal(Html& html, const ComparisonPage& page) {
  const std::vector<SignalMap> maps = shown_maps(page);
  if (std::ranges::all_of(maps, [](const SignalMap& map) { return map.rows.empty(); })) return;
  const statistics::Interval range = signal_range(maps);
  report::open_section(html, "signal", "Signal through the layers");
  html.leaf("p", {{"class", "about"}},
            "log10 |δ|, the size of the back-propagated signal: a row for each layer, the first on "
            "top, the whole run from left to right; the median over the runs. Dark is little "
            "signal, light is much; all pictures have one scale, whose ends stand for whatever "
            "lies beyond. Without colour: zero, or not finite.");
  write_scale(html, range);
  const PanelFrame frame = panel_frame(page.count());
  open_panels(html, frame);
  for (const std::size_t i : page.order) {
    if (!maps[i].rows.empty()) write_map(html, page, i, maps[i], range, frame);
  }
  html.close().close();
}

}  // namespace clino::compare
