#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "report/run_log.hpp"

/// \file
/// Which colour and dash a line has. Colours are named here and stand in page.css, once for light
/// and once for dark surroundings: `c0` to `c5` tell a few lines apart (after Okabe and Ito 2008),
/// `d0` to `d15` are a ramp from the first layer to the last.

namespace clino::report {

inline constexpr std::size_t kFewLines = 6;
inline constexpr std::size_t kRampLevels = 16;

/// The colour of number `position` of `count`.
std::string color_name(std::size_t position, std::size_t count);

struct LineStyle {
  std::string color;  ///< `c0`...`c5`, `d0`...`d15`, `grey`
  int dash = 0;       ///< 0 drawn through, 1 dashed, 2 dotted
};

/// One for each layer. A dense layer and what follows it up to the next have one colour; the dense
/// layer is drawn through, an activation is dashed, all else dotted.
std::vector<LineStyle> layer_styles(const std::vector<LayerLog>& layers);

/// `3 tanh`
std::string layer_label(const LayerLog& layer);

/// A colour of a ramp that is even to the eye and to the colour-blind, as `#rrggbb`; `position`
/// from 0 (dark) to 1 (light). Cividis (Nunez, Anderton and Renslow 2018), between nine of its
/// colours.
std::string ramp_color(double position);

}  // namespace clino::report
