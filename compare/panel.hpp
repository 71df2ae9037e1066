#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compare/page_parts.hpp"
#include "report/axis.hpp"
#include "report/legend.hpp"

/// \file
/// Small multiples: a picture for each variation, in order of rank, all with the same axes, so that
/// what differs is what the eye sees. The more there are, the smaller they get.

namespace clino::compare {

using report::LegendEntry;
using report::write_legend;

struct PanelFrame {
  std::string_view size;  ///< class of the grid in comparison.css: how wide a panel is at least
  double width = 0, height = 0;
  report::Axis x, y;  ///< places are set, numbers are the caller's
  std::size_t x_ticks = 0, y_ticks = 0;
  std::string x_title;
};

/// A frame for so many panels.
PanelFrame panel_frame(std::size_t panels);

/// The numbers of an axis, its places kept.
void set_numbers(report::Axis& axis, const report::Axis& numbers);

/// Through the points; a NaN is a gap, what lies beyond the frame is drawn at its edge.
std::string line_path(const PanelFrame& frame, std::span<const double> xs,
                      std::span<const double> ys);
/// The area between two lines; points where one is NaN are left out.
std::string band_path(const PanelFrame& frame, std::span<const double> xs,
                      std::span<const double> lows, std::span<const double> highs);
/// Down steps: from each point to the right, then to the next one's height, up to `end`.
std::string step_path(const PanelFrame& frame, std::span<const double> xs,
                      std::span<const double> ys, double end);

/// A path that panels show behind theirs: written once, since it is the longest of all.
void write_backdrop(report::Html& html, const std::string& id, const std::string& path);
void use_backdrop(report::Html& html, const std::string& id);

/// Opens the grid, a panel with its heading and picture; the caller closes grid and panel.
void open_panels(report::Html& html, const PanelFrame& frame);
void open_panel(report::Html& html, const PanelFrame& frame, const ComparisonPage& page,
                std::size_t variation, const std::string& description);
void close_panel(report::Html& html);

/// Opens a picture of the frame's size and draws its axes; the caller closes it.
void open_picture(report::Html& html, const PanelFrame& frame, const std::string& description);

/// A line across at a height, dashed: the target.
void write_level(report::Html& html, const PanelFrame& frame, double value);

}  // namespace clino::compare
