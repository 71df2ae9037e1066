#include "report/figure_paths.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <span>

#include "report/number_text.hpp"
#include "report/thinning.hpp"

namespace clino::report {

namespace {

constexpr double kPlotLeft = 62, kPlotRight = 630, kPlotTop = 26, kPlotBottom = 252;

struct Place {
  double x, y;
};
using PointRun = std::vector<std::size_t>;

/// From end to end with a little room, so that marks there are whole.
Axis x_axis(const Figure& figure) {
  constexpr double kRoom = 0.025;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Axis axis{.log = figure.log_x, .low = kInfinity, .high = -kInfinity};
  for (const FigureLine& line : figure.lines) {
    for (const double x : line.x) {
      if (!axis.shows(x)) continue;
      axis.low = std::min(axis.low, x);
      axis.high = std::max(axis.high, x);
    }
  }
  if (!(axis.low < axis.high)) {  // one place, or none: as any axis
    const std::vector<double> only = {axis.low};
    const std::vector<const std::vector<double>*> numbers = {&only};
    return fitted_axis(numbers, figure.log_x, false);
  }
  if (axis.log) {
    const double factor = std::pow(axis.high / axis.low, kRoom);
    axis.low = std::max(axis.low / factor, std::numeric_limits<double>::denorm_min());
    axis.high = std::min(axis.high * factor, std::numeric_limits<double>::max());
    return axis;
  }
  const double room = (axis.high / 2 - axis.low / 2) * 2 * kRoom;
  axis.low = std::max(axis.low - room, -std::numeric_limits<double>::max());
  axis.high = std::min(axis.high + room, std::numeric_limits<double>::max());
  return axis;
}

/// Where a number is drawn: one beyond the axis at its edge.
double drawn_height(const Axis& axis, double value) {
  if (!axis.shows(value)) return value > 0 ? axis.end : axis.start;
  return std::clamp(axis.place(value), axis.end, axis.start);
}

bool has_point(const FigureLine& line, const FigureFrame& frame, std::size_t i) {
  return frame.x.shows(line.x[i]) && frame.y.shows(line.y[i]);
}

bool has_range(const FigureLine& line, const FigureFrame& frame, std::size_t i) {
  const bool above = !frame.y.log || line.high[i] > 0;
  return frame.x.shows(line.x[i]) && above && line.low[i] <= line.high[i];
}

/// Runs of neighbours among `kept` that are shown.
template <class Shown>
std::vector<PointRun> stretches_of(const std::vector<std::size_t>& kept, const Shown& shown) {
  std::vector<PointRun> stretches;
  bool within = false;
  for (const std::size_t i : kept) {
    if (!shown(i)) {
      within = false;
      continue;
    }
    if (!within) stretches.emplace_back();
    stretches.back().push_back(i);
    within = true;
  }
  return stretches;
}

std::vector<Place> places_of(const FigureLine& line, std::span<const double> values,
                             const FigureFrame& frame, const PointRun& stretch) {
  std::vector<Place> places;
  places.reserve(2 * stretch.size());
  for (const std::size_t i : stretch) {
    const double x = frame.x.place(line.x[i]);
    if (line.mark == FigureLine::Mark::steps && !places.empty()) {
      places.push_back({x, places.back().y});
    }
    places.push_back({x, drawn_height(frame.y, values[i])});
  }
  return places;
}

std::string place_text(const Place& place) {
  return coordinate(place.x) + " " + coordinate(place.y);
}

std::string path_through(const std::vector<Place>& places) {
  std::string path;
  for (const Place& place : places) path += (path.empty() ? "M" : "L") + place_text(place);
  return path;
}

}  // namespace

FigureFrame figure_frame(const Figure& figure) {
  std::vector<const std::vector<double>*> heights;
  heights.reserve(3 * figure.lines.size());
  for (const FigureLine& line : figure.lines) {
    for (const auto* values : {&line.y, &line.low, &line.high}) heights.push_back(values);
  }
  FigureFrame frame{x_axis(figure), fitted_axis(heights, figure.log_y, figure.from_zero)};
  frame.x.start = kPlotLeft;
  frame.x.end = kPlotRight;
  frame.y.start = kPlotBottom;
  frame.y.end = kPlotTop;
  return frame;
}

std::vector<std::size_t> kept_points(const FigureLine& line, std::size_t limit) {
  std::vector<std::size_t> by_height = thinned(line.y, limit);
  if (std::ranges::is_sorted(line.x)) return by_height;
  // A curve that turns back has its peaks to the sides too.
  const std::vector<std::size_t> by_side = thinned(line.x, limit);
  std::vector<std::size_t> both;
  std::ranges::set_union(by_height, by_side, std::back_inserter(both));
  return both;
}

std::string line_path(const FigureLine& line, const FigureFrame& frame,
                      const std::vector<std::size_t>& kept) {
  std::string path;
  const auto shown = [&](std::size_t i) { return has_point(line, frame, i); };
  for (const PointRun& stretch : stretches_of(kept, shown)) {
    path += path_through(places_of(line, line.y, frame, stretch));
    // A line of no length shows a value that stands alone.
    if (stretch.size() == 1) path += "h0";
  }
  return path;
}

std::string band_path(const FigureLine& line, const FigureFrame& frame,
                      const std::vector<std::size_t>& kept) {
  constexpr double kAlone = 3;  // half the width of a band of one point
  std::string path;
  const auto shown = [&](std::size_t i) { return has_range(line, frame, i); };
  for (const PointRun& stretch : stretches_of(kept, shown)) {
    std::vector<Place> border = places_of(line, line.low, frame, stretch);
    std::vector<Place> upper = places_of(line, line.high, frame, stretch);
    if (stretch.size() == 1) {
      const Place low = border.front(), high = upper.front();
      border = {{low.x - kAlone, low.y}, {low.x + kAlone, low.y}};
      upper = {{high.x - kAlone, high.y}, {high.x + kAlone, high.y}};
    }
    border.insert(border.end(), upper.rbegin(), upper.rend());
    path += path_through(border) + "z";
  }
  return path;
}

std::string whisker_path(const FigureLine& line, const FigureFrame& frame,
                         const std::vector<std::size_t>& kept) {
  constexpr double kBar = 3;
  std::string path;
  for (const std::size_t i : kept) {
    if (!has_range(line, frame, i)) continue;
    const double x = frame.x.place(line.x[i]);
    const double low = drawn_height(frame.y, line.low[i]),
                 high = drawn_height(frame.y, line.high[i]);
    path += "M" + place_text({x, low}) + "V" + coordinate(high);
    for (const double end : {line.low[i], line.high[i]}) {
      if (!frame.y.shows(end)) continue;
      path += "M" + place_text({x - kBar, drawn_height(frame.y, end)}) + "h" + coordinate(2 * kBar);
    }
  }
  return path;
}

std::string dot_path(const FigureLine& line, const FigureFrame& frame,
                     const std::vector<std::size_t>& kept) {
  std::string path;
  for (const std::size_t i : kept) {
    if (!has_point(line, frame, i)) continue;
    path += "M" + place_text({frame.x.place(line.x[i]), frame.y.place(line.y[i])}) + "h0";
  }
  return path;
}

}  // namespace clino::report
