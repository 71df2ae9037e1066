#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "report/series.hpp"
#include "report/svg_chart.hpp"

namespace clino::report {

/// Which lines a chart has.
enum class ChartOf {
  run,     ///< the whole run: one line for each quantity, and each part of the data
  layers,  ///< one line for each layer
};

/// A chart over the steps. The same list serves the pictures and the charts that page.js draws.
struct Chart {
  std::string_view id;
  std::string_view title;
  std::string_view caption;  ///< what it says, in a sentence or two
  ChartOf of = ChartOf::layers;
  std::vector<std::string_view> quantities;
  enum class Scale { linear, log, by_values } scale = Scale::linear;
  bool from_zero = false;
};

/// All there are, in the order of the page.
const std::vector<Chart>& charts();
const Chart& chart(std::string_view id);

/// Whether the chart begins with a log axis: by its scale, or where its values are all > 0 and
/// span more than a factor of 30.
bool starts_with_log(const Chart& chart, std::span<const Series> all);

/// The chart's lines of these series, in the order of the page. Of layers: where there are such
/// with weights and others, those with weights; `of_all` gives all.
std::vector<const Series*> lines_of(const Chart& chart, std::span<const Series> all,
                                    std::span<const RunLog> runs, bool of_all = false);

/// What a line is called, and how it looks.
std::string line_label(const Series& series, std::span<const RunLog> runs);
LineStyle line_style(const Series& series, std::span<const RunLog> runs);

}  // namespace clino::report
