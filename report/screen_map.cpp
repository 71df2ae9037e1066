#include <algorithm>
#include <array>
#include <cmath>

#include "report/heat_map.hpp"
#include "report/number_text.hpp"
#include "report/screen_parts.hpp"
#include "report/text_fields.hpp"

namespace clino::report {

namespace {

/// From faint to dense, so that the map can be read without colours.
constexpr std::string_view kShades = ".:-=+*#%@";

char letter(double place) {
  const auto count = static_cast<double>(kShades.size());
  return kShades[std::min(static_cast<std::size_t>(place * count), kShades.size() - 1)];
}

std::string cell_text(const Screen& screen, const HeatMap& map, const Stretch& cell) {
  if (cell.broken) return screen.pen.severe("!");
  if (!cell.any) return "0";
  const double place = map.range.place(cell.mean);
  return screen.pen.on_ramp(place, std::string(1, letter(place)));
}

/// Each letter with the middle of the numbers that it stands for.
std::string legend(const Screen& screen, const ValueRange& range) {
  std::string text = "log10|d|";
  if (!(range.high > range.low)) {
    const std::string only = range.any ? number_text(range.low, 3) : "none";
    return text + " " + screen.pen.on_ramp(0.5, std::string(1, letter(0.5))) + " " + only;
  }
  const auto count = static_cast<double>(kShades.size());
  // As many as tell neighbours apart.
  const double step = (range.high - range.low) / count;
  const double digits = step >= 1 ? 1 : step >= 0.1 ? 10 : 100;
  for (std::size_t i = 0; i < kShades.size(); ++i) {
    const double place = (static_cast<double>(i) + 0.5) / count;
    const double value = range.low + place * (range.high - range.low);
    const double shown = std::round(value * digits) / digits;
    text += " " + screen.pen.on_ramp(place, kShades.substr(i, 1)) + " " + number_text(shown, 3);
  }
  return text;
}

/// First and last step below a row of so many cells.
std::string axis(const LayerLog& layer, std::size_t cells) {
  const std::string first = "step " + count_text(layer.points.front().step);
  const std::string last = count_text(layer.points.back().step);
  const std::size_t wide = std::max(cells, first.size() + last.size() + 1);
  return std::string(kLayerWidth + kTypeWidth, ' ') + first +
         std::string(wide - first.size() - last.size(), ' ') + last + "\n";
}

/// What the letters beside the scale mean, where they are met.
std::string marks(const HeatMap& map) {
  const auto has = [&](auto what) {
    return std::ranges::any_of(map.rows,
                               [&](const auto& row) { return std::ranges::any_of(row, what); });
  };
  std::string text;
  if (has([](const Stretch& cell) { return cell.broken; })) text += "! not finite  ";
  if (has([](const Stretch& cell) { return !cell.any && !cell.broken; })) text += "0 zero";
  return text.empty() ? text : text + "\n";
}

}  // namespace

std::string screen_map(const Screen& screen, const std::vector<std::size_t>& layers) {
  if (layers.empty()) return "";
  const std::vector<LayerLog>& all = screen.log->layers;
  const std::size_t left = kLayerWidth + kTypeWidth;
  const HeatMap map = heat_map(all, screen.columns() - left - 1);
  std::string text =
      screen.pen.faint("Back-propagated signal |d|: layers down, steps across") + "\n";
  for (const std::size_t i : layers) {
    text += left_field(all[i].name, kLayerWidth) + left_field(all[i].type, kTypeWidth);
    for (const Stretch& cell : map.rows[i]) text += cell_text(screen, map, cell);
    text += '\n';
  }
  return text + axis(all[layers.front()], map.rows[layers.front()].size()) +
         legend(screen, map.range) + "\n" + marks(map);
}

}  // namespace clino::report
