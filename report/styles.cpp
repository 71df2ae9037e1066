#include "report/styles.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace clino::report {

std::string color_name(std::size_t position, std::size_t count) {
  if (count <= kFewLines) return "c" + std::to_string(position);
  return "d" + std::to_string(position * (kRampLevels - 1) / (count - 1));
}

std::vector<LineStyle> layer_styles(const std::vector<LayerLog>& layers) {
  const auto dense = static_cast<std::size_t>(std::count_if(
      layers.begin(), layers.end(), [](const LayerLog& layer) { return layer.type == "dense"; }));
  std::vector<LineStyle> styles;
  std::size_t met = 0;
  for (const LayerLog& layer : layers) {
    if (layer.type == "dense") ++met;
    const int dash = layer.type == "dense" ? 0 : layer.elementwise ? 1 : 2;
    const std::size_t position = met == 0 ? 0 : met - 1;
    styles.push_back({color_name(position, std::max<std::size_t>(dense, 1)), dash});
  }
  return styles;
}

std::string layer_label(const LayerLog& layer) { return layer.name + " " + layer.type; }

std::string ramp_color(double position) {
  static constexpr std::array<std::array<double, 3>, 9> kAnchors = {{
      {0, 34, 78},
      {26, 56, 111},
      {67, 78, 108},
      {97, 101, 111},
      {125, 124, 120},
      {155, 147, 119},
      {188, 174, 108},
      {222, 202, 85},
      {254, 232, 56},
  }};
  const double scaled = std::clamp(position, 0.0, 1.0) * (kAnchors.size() - 1);
  const auto below = std::min(static_cast<std::size_t>(scaled), kAnchors.size() - 2);
  std::string color = "#";
  for (std::size_t k = 0; k < 3; ++k) {
    const double share = scaled - static_cast<double>(below);
    const double level = (1 - share) * kAnchors[below][k] + share * kAnchors[below + 1][k];
    const auto byte = static_cast<unsigned>(std::lround(level));
    color += "0123456789abcdef"[byte / 16];
    color += "0123456789abcdef"[byte % 16];
  }
  return color;
}

}  // namespace clino::report
