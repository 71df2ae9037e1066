#pragma once

#include <string>
#include <vector>

#include "report/html.hpp"
#include "report/styles.hpp"

/// \file
/// A picture of anything against anything else, for pages that are read like an article: lines,
/// points, bands and whiskers in one frame.

namespace clino::report {

struct FigureLine {
  enum class Mark { line, points, line_and_points, steps };

  std::string label;  ///< for the legend; empty: none
  /// Of a line the dash; of points 0 is a disc, 1 a square, 2 a ring.
  LineStyle style = {"c0", 0};
  Mark mark = Mark::line;
  std::vector<double> x = {}, y = {};  ///< NaN is a gap
  /// Ends of a band (of a line) or of whiskers (of points); empty: none.
  std::vector<double> low = {}, high = {};
};

struct Figure {
  std::string title = {};
  std::string caption = {};  ///< what there is to see, in a sentence or two
  std::string x_title = {}, y_title = {};
  bool log_x = false, log_y = false;
  bool from_zero = false;  ///< the vertical axis begins at 0
  std::vector<FigureLine> lines = {};
};

/// A `figure` with heading, caption, legend and picture. Values that are not finite, or not above 0
/// on a log axis, are gaps. So are NaN in bands and whiskers; an end that is infinite, or not above
/// 0 on a log axis, is drawn at the edge of the frame. Throws `UsageError`, naming the line, where
/// the lengths of its series differ or a `low` lies above its `high`.
void write_figure(Html& html, const Figure& figure);

}  // namespace clino::report
