#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "report/axis.hpp"
#include "report/figure.hpp"

/// \file
/// The geometry of a figure: from numbers to the paths of SVG.

namespace clino::report {

struct FigureFrame {
  Axis x, y;
};

/// The frame of a figure: axes that have room for all that it shows.
FigureFrame figure_frame(const Figure& figure);

/// Which points of a line to draw, about `limit`: no peak is lost, to no side, and no gap.
std::vector<std::size_t> kept_points(const FigureLine& line, std::size_t limit);

/// Through the points that have a place; steps for a line of steps.
std::string line_path(const FigureLine& line, const FigureFrame& frame,
                      const std::vector<std::size_t>& kept);
/// The areas between `low` and `high`, one for each stretch without a gap. An end that lies beyond
/// the axis, such as 0 on a log axis, is drawn at its edge.
std::string band_path(const FigureLine& line, const FigureFrame& frame,
                      const std::vector<std::size_t>& kept);
/// A stroke from `low` to `high` with a bar across each end that lies within the axis.
std::string whisker_path(const FigureLine& line, const FigureFrame& frame,
                         const std::vector<std::size_t>& kept);
/// A stroke of no length for each point.
std::string dot_path(const FigureLine& line, const FigureFrame& frame,
                     const std::vector<std::size_t>& kept);

}  // namespace clino::report
