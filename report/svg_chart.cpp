#include "report/svg_chart.hpp"

#include <algorithm>
#include <cmath>

#include "report/axis.hpp"
#include "report/number_text.hpp"
#include "report/thinning.hpp"

namespace clino::report {

namespace {

constexpr double kChartWidth = 760, kChartHeight = 286;
constexpr double kChartLeft = 56, kChartRight = 660, kChartTop = 12, kChartBottom = 252;

struct Frame {
  Axis x, y;
};

Frame frame_of(const ChartPicture& picture) {
  std::vector<const std::vector<double>*> steps, values;
  for (const ChartLine& line : picture.lines) {
    steps.push_back(&line.steps);
    values.push_back(&line.values);
  }
  Frame frame{fitted_axis(steps, false, false),
              fitted_axis(values, picture.log, picture.from_zero)};
  // Steps begin and end at the frame.
  double low = 0, high = 1;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i]->empty()) continue;
    low = i == 0 ? steps[i]->front() : std::min(low, steps[i]->front());
    high = std::max(high, steps[i]->back());
  }
  frame.x = {
      .low = low, .high = high > low ? high : low + 1, .start = kChartLeft, .end = kChartRight};
  frame.y.start = kChartBottom;
  frame.y.end = kChartTop;
  return frame;
}

void write_chart_axes(Html& html, const Frame& frame) {
  html.open("g", {{"class", "axis"}});
  for (const Tick& tick : ticks(frame.y, 6)) {
    const std::string y = coordinate(frame.y.place(tick.value));
    html.shape("path",
               {{"d", "M" + coordinate(kChartLeft) + " " + y + "H" + coordinate(kChartRight)}});
    html.leaf("text", {{"x", coordinate(kChartLeft - 6)}, {"y", y}, {"class", "y"}}, tick.text);
  }
  for (const Tick& tick : ticks(frame.x, 8)) {
    const std::string x = coordinate(frame.x.place(tick.value));
    html.leaf("text", {{"x", x}, {"y", coordinate(kChartBottom + 15)}, {"class", "x"}}, tick.text);
  }
  html.leaf("text",
            {{"x", coordinate(kChartRight)}, {"y", coordinate(kChartHeight - 8)}, {"class", "end"}},
            "step");
  html.close();
}

/// Writes one line; the crosses of what is not finite go into `crosses`.
std::string chart_path(const ChartLine& line, const Frame& frame, std::size_t limit,
                       std::string& crosses) {
  std::string path;
  bool down = false, broken = false;
  for (const std::size_t i : thinned(line.values, limit)) {
    const double value = line.values[i];
    const std::string x = coordinate(frame.x.place(line.steps[i]));
    if (!frame.y.shows(value)) {
      const bool trouble = std::isinf(value) || (std::isnan(value) && !line.may_lack);
      if (trouble && !broken)
        crosses += "M" + x + " " + coordinate(kChartTop + 4) + "m-3-3l6 6m0-6l-6 6";
      broken = trouble;
      down = false;
      continue;
    }
    // A line of no length shows a value that stands alone.
    path += (down ? "L" : "M") + x + " " + coordinate(frame.y.place(value)) + (down ? "" : "h0");
    down = true;
    broken = false;
  }
  return path;
}

struct EndLabel {
  double y;
  const ChartLine* line;
};

/// Labels at the right end, from the top down; one without room is left out.
void write_end_labels(Html& html, const ChartPicture& picture, const Frame& frame) {
  std::vector<EndLabel> labels;
  for (const ChartLine& line : picture.lines) {
    for (std::size_t i = line.values.size(); i-- > 0 && !line.thin;) {
      if (!frame.y.shows(line.values[i])) continue;
      labels.push_back({frame.y.place(line.values[i]), &line});
      break;
    }
  }
  std::stable_sort(labels.begin(), labels.end(),
                   [](const EndLabel& a, const EndLabel& b) { return a.y < b.y; });
  double free_from = kChartTop - 6;
  html.open("g", {{"class", "ends"}});
  for (const EndLabel& label : labels) {
    const double y = std::max(label.y, free_from);
    if (y - label.y > 14 || y > kChartBottom + 8) continue;
    html.leaf("text",
              {{"x", coordinate(kChartRight + 6)},
               {"y", coordinate(y)},
               {"class", label.line->style.color}},
              shortened(label.line->label, 15));
    free_from = y + 12;
  }
  html.close();
}

}  // namespace

void write_chart(Html& html, const ChartPicture& picture) {
  const Frame frame = frame_of(picture);
  html.open("svg", {{"viewBox", "0 0 " + coordinate(kChartWidth) + " " + coordinate(kChartHeight)},
                    {"role", "img"},
                    {"aria-label", picture.description}});
  write_chart_axes(html, frame);
  const std::size_t lines = std::max<std::size_t>(picture.lines.size(), 1);
  const std::size_t limit = std::max<std::size_t>(kPicturePoints / lines, 24);
  std::string crosses;
  html.open("g", {{"class", "lines"}});
  for (const ChartLine& line : picture.lines) {
    const std::string path = chart_path(line, frame, std::min<std::size_t>(limit, 600), crosses);
    if (path.empty()) continue;
    const std::string dash = line.style.dash == 0 ? "" : " k" + std::to_string(line.style.dash);
    html.open("path",
              {{"class", line.style.color + dash + (line.thin ? " thin" : "")}, {"d", path}});
    html.leaf("title", {}, line.label);
    html.close();
  }
  html.close();
  if (!crosses.empty()) html.shape("path", {{"class", "broken"}, {"d", crosses}});
  write_end_labels(html, picture, frame);
  html.close();
}

}  // namespace clino::report
