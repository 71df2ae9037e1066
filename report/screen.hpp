#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "report/run_log.hpp"

/// \file
/// A run on one screen of a terminal.

namespace clino {

/// What a terminal can show. Nothing is told by colour alone.
enum class ScreenColor {
  none,
  palette,  ///< the 256 colours of xterm
  full,     ///< 24 bits
};

struct ScreenOptions {
  std::size_t columns = 80;  ///< 80 at least; what is wider has more figures and longer lines
  /// Where the screen must not be higher: theory and layers are left out, these evenly, and it says
  /// so.
  std::optional<std::size_t> rows = {};
  ScreenColor color = ScreenColor::none;
  bool unicode = true;  ///< else ASCII alone, but for names
};

/// Loss, the latest record and the trend of every layer, a heat map of the back-propagated signal,
/// what theory says of the first step, what happened to units, and the findings. Names are harmless
/// to a terminal. Ends with a line break.
std::string screen_text(const RunLog& log, const ScreenOptions& options = {});

}  // namespace clino
