#include "compare/whiskers.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "compare/panel.hpp"
#include "report/number_text.hpp"

namespace clino::compare {

namespace {

using report::coordinate;
using report::Html;

constexpr double kWidth = 320, kHeight = 20, kMargin = 14;

/// Smallest and largest of values on the axis' scale.
struct Extent {
  double low = std::numeric_limits<double>::infinity(), high = -low;

  void include(double value) {
    if (!std::isfinite(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

double on_scale(double value, bool log) { return log ? std::log10(value) : value; }

/// The longest half of an interval that nine in ten stay below.
double usual_reach(std::span<const Whisker> whiskers, bool log) {
  std::vector<double> reaches;
  for (const Whisker& whisker : whiskers) {
    if (!whisker.interval) continue;
    const double middle = on_scale(whisker.value, log);
    const double reach = std::max(on_scale(whisker.interval->high, log) - middle,
                                  middle - on_scale(whisker.interval->low, log));
    if (std::isfinite(reach)) reaches.push_back(reach);
  }
  if (reaches.empty()) return 0;
  std::ranges::sort(reaches);
  return reaches[reaches.size() * 9 / 10];
}

Extent extent_of(std::span<const Whisker> whiskers, bool log) {
  Extent values;
  for (const Whisker& whisker : whiskers) values.include(on_scale(whisker.value, log));
  const double reach = 1.5 * usual_reach(whiskers, log);
  Extent extent = values;
  for (const Whisker& whisker : whiskers) {
    if (!whisker.interval) continue;
    extent.include(std::max(on_scale(whisker.interval->low, log), values.low - reach));
    extent.include(std::min(on_scale(whisker.interval->high, log), values.high + reach));
  }
  return extent;
}

void open_svg(Html& html, double height) {
  html.open("svg", {{"viewBox", "0 0 " + coordinate(kWidth) + " " + coordinate(height)},
                    {"aria-hidden", "true"}});
}

/// Where an end lies, and whether it is beyond the picture.
struct End {
  double x;
  bool beyond;
};

End end_of(const report::Axis& axis, double value) {
  const double x = axis.shows(value) ? axis.place(value) : value > 0 ? kWidth : 0;
  return {std::clamp(x, 5.0, kWidth - 5), x < 5 || x > kWidth - 5};
}

}  // namespace

WhiskerFrame whisker_frame(std::span<const Whisker> whiskers, bool log,
                           std::optional<double> line) {
  Extent extent = extent_of(whiskers, log);
  if (line) extent.include(on_scale(*line, log));
  if (extent.low > extent.high) extent.low = extent.high = 0;
  if (extent.low == extent.high) {
    const double room = log ? 0.5 : std::max(std::abs(extent.low) * 0.1, 0.05);
    extent.low -= room;
    extent.high += room;
  }
  WhiskerFrame frame{.axis = {.log = log,
                              .low = log ? std::pow(10, extent.low) : extent.low,
                              .high = log ? std::pow(10, extent.high) : extent.high,
                              .start = kMargin,
                              .end = kWidth - kMargin},
                     .ticks = {},
                     .line = line};
  frame.ticks = report::picture_ticks(frame.axis, 5);
  return frame;
}

void write_whisker(Html& html, const WhiskerFrame& frame, const Whisker* whisker) {
  html.open("td", {{"class", "picture"}});
  open_svg(html, kHeight);
  std::string grid;
  for (const report::Tick& tick : frame.ticks) {
    grid += "M" + coordinate(frame.axis.place(tick.value)) + " 0V20";
  }
  if (!grid.empty()) html.shape("path", {{"class", "grid"}, {"d", grid}});
  if (frame.line) {
    html.shape("path", {{"class", "level"},
                        {"d", "M" + coordinate(frame.axis.place(*frame.line)) + " 0V20"}});
  }
  if (whisker != nullptr && frame.axis.shows(whisker->value)) {
    if (whisker->interval) {
      const End low = end_of(frame.axis, whisker->interval->low);
      const End high = end_of(frame.axis, whisker->interval->high);
      std::string path = "M" + coordinate(low.x) + " 10H" + coordinate(high.x);
      path += "M" + coordinate(low.x) + (low.beyond ? " 10l5-4m-5 4l5 4" : " 6v8");
      path += "M" + coordinate(high.x) + (high.beyond ? " 10l-5-4m5 4l-5 4" : " 6v8");
      html.shape("path", {{"class", "whisker"}, {"d", path}});
    }
    html.shape("circle", {{"class", whisker->open ? "mark-open" : "mark-full"},
                          {"cx", coordinate(end_of(frame.axis, whisker->value).x)},
                          {"cy", "10"},
                          {"r", "4"}});
  }
  html.close().close();
}

void write_whisker_axis(Html& html, const WhiskerFrame& frame) {
  html.open("td", {{"class", "picture"}});
  open_svg(html, kHeight);
  for (const report::Tick& tick : frame.ticks) {
    html.leaf("text",
              {{"x", coordinate(frame.axis.place(tick.value))}, {"y", "10"}, {"class", "x"}},
              tick.text);
  }
  html.close().close();
}

}  // namespace clino::compare
