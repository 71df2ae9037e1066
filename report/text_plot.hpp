#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace clino::report {

struct TextPlotOptions {
  std::size_t columns = 36, rows = 9;  ///< all in all, numbers at the axes included
  bool unicode = true;                 ///< dots of Braille, eight in a character; else `*`
};

/// A curve as lines of characters, the heights of its ends beside it and those of x below, with
/// lines at 0. x ascends; y is finite; equal lengths, 2 points or more.
std::vector<std::string> text_plot(std::span<const double> x, std::span<const double> y,
                                   const TextPlotOptions& options);

}  // namespace clino::report
