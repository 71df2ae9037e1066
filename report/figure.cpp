#include "report/figure.hpp"

#include <algorithm>
#include <string_view>

#include "core/errors.hpp"
#include "report/figure_paths.hpp"
#include "report/legend.hpp"
#include "report/number_text.hpp"
#include "report/svg_chart.hpp"

namespace clino::report {

namespace {

using Mark = FigureLine::Mark;

constexpr double kFigureWidth = 640, kFigureHeight = 298;
constexpr std::size_t kXTicks = 7, kYTicks = 6;
constexpr std::size_t kLongestLabel = 80;

bool has_line(const FigureLine& line) { return line.mark != Mark::points; }
bool has_dots(const FigureLine& line) {
  return line.mark == Mark::points || line.mark == Mark::line_and_points;
}

void check(const FigureLine& line) {
  const std::size_t count = line.x.size(), ends = line.low.size();
  if (line.y.size() != count || line.high.size() != ends || (ends != 0 && ends != count)) {
    throw UsageError("a figure's line \"" + line.label + "\" has " + std::to_string(count) +
                     " x, " + std::to_string(line.y.size()) + " y, " + std::to_string(ends) +
                     " low and " + std::to_string(line.high.size()) +
                     " high: there has to be one of each for every point, or no low and high");
  }
  for (std::size_t i = 0; i < ends; ++i) {
    if (!(line.low[i] > line.high[i])) continue;
    throw UsageError("a figure's line \"" + line.label + "\" has low " + number_text(line.low[i]) +
                     " above high " + number_text(line.high[i]) + " at point " + std::to_string(i));
  }
}

std::string line_classes(const LineStyle& style) {
  return style.dash == 0 ? style.color : style.color + " k" + std::to_string(style.dash);
}

std::string sample_of(const FigureLine& line) {
  std::string sample = has_line(line) ? "swatch " : "dot ";
  sample += line_classes(line.style);
  if (has_line(line) && has_dots(line)) sample += " dots";
  if (!has_dots(line) && !line.low.empty()) sample += " banded";
  return sample;
}

void write_labels(Html& html, const Figure& figure) {
  std::vector<LegendEntry> entries;
  entries.reserve(figure.lines.size());
  for (const FigureLine& line : figure.lines) {
    if (line.label.empty()) continue;
    entries.push_back({sample_of(line), shortened(line.label, kLongestLabel)});
  }
  if (!entries.empty()) write_legend(html, entries);
}

/// Numbers below the picture, as many as do not touch each other where text is large.
void write_x_axis(Html& html, const FigureFrame& frame) {
  constexpr double kLetter = 9, kBetween = 8;
  std::string strokes = "M" + coordinate(frame.x.start) + " " + coordinate(frame.y.start) + "H" +
                        coordinate(frame.x.end);
  double free_from = 0;
  for (const Tick& tick : picture_ticks(frame.x, kXTicks)) {
    const double x = frame.x.place(tick.value);
    const double half = kLetter * static_cast<double>(tick.text.size()) / 2;
    strokes += "M" + coordinate(x) + " " + coordinate(frame.y.start) + "v4";
    if (x - half < free_from || x + half > kFigureWidth) continue;
    free_from = x + half + kBetween;
    html.leaf("text", {{"x", coordinate(x)}, {"y", coordinate(frame.y.start + 14)}, {"class", "x"}},
              tick.text);
  }
  html.shape("path", {{"d", strokes}});
}

void write_axes(Html& html, const Figure& figure, const FigureFrame& frame) {
  html.open("g", {{"class", "axis"}});
  for (const Tick& tick : picture_ticks(frame.y, kYTicks)) {
    const std::string y = coordinate(frame.y.place(tick.value));
    html.shape("path",
               {{"d", "M" + coordinate(frame.x.start) + " " + y + "H" + coordinate(frame.x.end)}});
    html.leaf("text", {{"x", coordinate(frame.x.start - 6)}, {"y", y}, {"class", "y"}}, tick.text);
  }
  write_x_axis(html, frame);
  html.leaf("text", {{"x", "2"}, {"y", "9"}}, figure.y_title + (figure.log_y ? " (log)" : ""));
  html.leaf(
      "text",
      {{"x", coordinate(frame.x.end)}, {"y", coordinate(kFigureHeight - 11)}, {"class", "end"}},
      figure.x_title + (figure.log_x ? " (log)" : ""));
  html.close();
}

/// A path of the line's colour, with its name for whoever points at it.
void write_path(Html& html, const FigureLine& line, const std::string& classes,
                const std::string& path) {
  if (path.empty()) return;
  html.open("path", {{"class", classes}, {"d", path}});
  if (!line.label.empty()) html.leaf("title", {}, line.label);
  html.close();
}

/// The areas first, so that nothing hides a line, and the dots last.
void write_lines(Html& html, const Figure& figure, const FigureFrame& frame) {
  const std::size_t share = kPicturePoints / std::max<std::size_t>(figure.lines.size(), 1);
  const std::size_t limit = std::clamp<std::size_t>(share, 24, 600);
  std::vector<std::vector<std::size_t>> kept;
  kept.reserve(figure.lines.size());
  for (const FigureLine& line : figure.lines) kept.push_back(kept_points(line, limit));
  const auto layer = [&](const char* name, const auto& write) {
    html.open("g", {{"class", name}});
    for (std::size_t i = 0; i < figure.lines.size(); ++i) write(figure.lines[i], kept[i]);
    html.close();
  };
  layer("bands", [&](const FigureLine& line, const auto& points) {
    if (has_dots(line) || line.low.empty()) return;
    write_path(html, line, line.style.color, band_path(line, frame, points));
  });
  layer("lines", [&](const FigureLine& line, const auto& points) {
    if (!has_line(line)) return;
    write_path(html, line, line_classes(line.style), line_path(line, frame, points));
  });
  layer("whiskers", [&](const FigureLine& line, const auto& points) {
    if (!has_dots(line) || line.low.empty()) return;
    write_path(html, line, line.style.color, whisker_path(line, frame, points));
  });
  layer("marks", [&](const FigureLine& line, const auto& points) {
    if (!has_dots(line)) return;
    const std::string path = dot_path(line, frame, points);
    write_path(html, line, line_classes(line.style), path);
    // A dot of the paper's colour on top makes a ring.
    if (line.style.dash == 2 && !path.empty()) {
      html.shape("path", {{"class", "hole"}, {"d", path}});
    }
  });
}

bool shows_anything(const Figure& figure, const FigureFrame& frame) {
  return std::ranges::any_of(figure.lines, [&](const FigureLine& line) {
    for (std::size_t i = 0; i < line.x.size(); ++i) {
      if (frame.x.shows(line.x[i]) && frame.y.shows(line.y[i])) return true;
    }
    return false;
  });
}

}  // namespace

void write_figure(Html& html, const Figure& figure) {
  for (const FigureLine& line : figure.lines) check(line);
  const FigureFrame frame = figure_frame(figure);
  html.open("figure", {{"class", "figure"}}).open("figcaption");
  html.leaf("h3", {}, figure.title).leaf("p", {}, figure.caption).close();
  write_labels(html, figure);
  html.open("svg",
            {{"viewBox", "0 0 " + coordinate(kFigureWidth) + " " + coordinate(kFigureHeight)},
             {"role", "img"},
             {"aria-label", figure.title + ": " + figure.caption}});
  write_axes(html, figure, frame);
  write_lines(html, figure, frame);
  if (!shows_anything(figure, frame)) {
    html.leaf("text",
              {{"x", coordinate((frame.x.start + frame.x.end) / 2)},
               {"y", coordinate((frame.y.start + frame.y.end) / 2)},
               {"class", "x"}},
              "no values to show");
  }
  html.close().close();
}

}  // namespace clino::report
