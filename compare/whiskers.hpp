#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "report/axis.hpp"
#include "report/html.hpp"
#include "statistics/sample.hpp"

/// \file
/// A forest plot, line by line: values with their intervals as pictures in the cells of a table.
/// The numbers stand beside them, so the pictures are no news to whoever does not see them.

namespace clino::compare {

struct Whisker {
  double value = 0;
  std::optional<statistics::Interval> interval;
  bool open = false;  ///< a hollow mark
};

struct WhiskerFrame {
  report::Axis axis;
  std::vector<report::Tick> ticks;
  std::optional<double> line;  ///< where nothing differs
};

/// Has room for all values, and for intervals unless they are far longer than most: those end in
/// arrows.
WhiskerFrame whisker_frame(std::span<const Whisker> whiskers, bool log,
                           std::optional<double> line = {});

/// The cell of a table: the picture of one, or no more than the lines that run through all.
void write_whisker(report::Html& html, const WhiskerFrame& frame, const Whisker* whisker);
/// The cell below them: the axis.
void write_whisker_axis(report::Html& html, const WhiskerFrame& frame);

}  // namespace clino::compare
