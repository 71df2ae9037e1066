#pragma once

#include <cstddef>
#include <optional>

#include "report/screen.hpp"

/// \file
/// What the terminal behind a descriptor can show.

namespace clino::app {

struct TerminalSize {
  std::size_t columns = 0, rows = 0;
  bool operator==(const TerminalSize&) const = default;
};

/// Nothing where it is no terminal, or one that does not know its size.
std::optional<TerminalSize> terminal_size(int descriptor);

/// By TERM, COLORTERM and NO_COLOR (https://no-color.org), for a terminal.
ScreenColor color_by_environment();

/// Whether the locale of the environment writes UTF-8.
bool writes_utf8();

/// What standard output can show: 80 columns at least, and no colours where it is no terminal.
ScreenOptions screen_options();

}  // namespace clino::app
