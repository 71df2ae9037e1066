#include "report/svg_film.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "report/axis.hpp"
#include "report/number_text.hpp"
#include "report/styles.hpp"

namespace clino::report {

namespace {

Axis film_axis(const Film& film) {
  return {.low = film.x_low, .high = film.x_high, .start = FilmBox::left, .end = FilmBox::right};
}

Axis y_axis(const Film& film) {
  return {.low = film.y_low, .high = film.y_high, .start = FilmBox::bottom, .end = FilmBox::top};
}

/// How a cell is painted: a class's colour at one of four strengths, or a colour of the ramp.
Attributes paint_of(const FilmScale& scale, std::uint8_t byte) {
  if (byte == kNoValue) return {{"class", "cell bad"}};
  if (!scale.classes) {
    const int level = byte / 16;
    return {{"class", "cell"}, {"fill", ramp_color((level + 0.5) / 16)}};
  }
  const int number = byte / scale.levels, level = byte % scale.levels * 4 / scale.levels;
  return {{"class", "cell c" + std::to_string(number % static_cast<int>(kFewLines))},
          {"fill-opacity", coordinate(0.12 + 0.12 * level)}};
}

/// Cells that are painted alike are one path.
std::uint8_t paint_key(const FilmScale& scale, std::uint8_t byte) {
  if (byte == kNoValue) return byte;
  if (!scale.classes) return static_cast<std::uint8_t>(byte / 16 * 16);
  const int quarter = std::max(scale.levels / 4, 1);
  const int number = byte / scale.levels, level = byte % scale.levels;
  return static_cast<std::uint8_t>(number * scale.levels + level / quarter * quarter);
}

void write_cells(Html& html, const Film& film, const FilmScale& scale, std::size_t frame) {
  const std::vector<double>& values = film.frames[frame].values;
  const auto columns = static_cast<std::size_t>(film.columns);
  std::map<std::uint8_t, std::string> paths;
  for (std::size_t row = 0; row < static_cast<std::size_t>(film.rows); ++row) {
    const std::string y = std::to_string(static_cast<std::size_t>(film.rows) - 1 - row);
    for (std::size_t x = 0; x < columns;) {
      const std::uint8_t key = paint_key(scale, scale.byte(values[row * columns + x]));
      std::size_t end = x + 1;
      while (end < columns && paint_key(scale, scale.byte(values[row * columns + end])) == key)
        ++end;
      const std::string width = std::to_string(end - x);
      std::string& path = paths[key];
      path.append("M").append(std::to_string(x)).append(" ").append(y);
      path.append("h").append(width).append("v1h-").append(width).append("z");
      x = end;
    }
  }
  const double x_scale = (FilmBox::right - FilmBox::left) / static_cast<double>(film.columns);
  const double y_scale = (FilmBox::bottom - FilmBox::top) / static_cast<double>(film.rows);
  html.open("g",
            {{"class", "frame"},
             {"transform", "translate(" + coordinate(FilmBox::left) + " " +
                               coordinate(FilmBox::top) + ") scale(" + std::to_string(x_scale) +
                               " " + std::to_string(y_scale) + ")"}});
  for (const auto& [key, path] : paths) {
    Attributes attributes = paint_of(scale, key);
    attributes.push_back({"d", path});
    html.shape("path", attributes);
  }
  html.close();
}

/// Points of a class are one path of dots: round, square, by turns.
void write_points(Html& html, const Film& film, const FilmScale& scale) {
  const Axis x = film_axis(film), y = y_axis(film);
  std::map<int, std::string> paths;
  for (const std::vector<double>& point : film.points) {
    const double vertical = point[1];
    if (!x.shows(point[0]) || !y.shows(vertical)) continue;
    const double target = film.plane && point.size() > 2 ? point[2] : 0;
    const bool classes = film.plane && scale.classes && std::isfinite(target);
    paths[classes ? static_cast<int>(std::clamp(target, 0.0, 254.0)) : 0] +=
        "M" + coordinate(x.place(point[0])) + " " + coordinate(y.place(vertical)) + "h0";
  }
  html.open("g", {{"class", "points"}});
  for (const auto& [number, path] : paths) {
    const std::string shape = number % 2 == 0 ? "round" : "square";
    const int color = film.plane && scale.classes ? number % static_cast<int>(kFewLines) : 4;
    html.shape("path", {{"class", "halo " + shape}, {"d", path}});
    html.shape("path", {{"class", "dot c" + std::to_string(color) + " " + shape}, {"d", path}});
  }
  html.close();
}

void write_curve(Html& html, const Film& film, std::size_t frame) {
  const Axis x = film_axis(film), y = y_axis(film);
  const std::vector<double>& values = film.frames[frame].values;
  std::string path;
  bool down = false;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double share =
        values.size() < 2 ? 0 : static_cast<double>(i) / static_cast<double>(values.size() - 1);
    const bool shown = std::isfinite(values[i]);
    if (shown) {
      const double height = std::clamp(y.place(values[i]), -1000.0, 2000.0);
      path += (down ? "L" : "M") + coordinate(x.start + share * (x.end - x.start)) + " " +
              coordinate(height);
    }
    down = shown;
  }
  html.shape("path", {{"class", "curve"}, {"d", path}});
}

void write_film_axes(Html& html, const Film& film) {
  const Axis x = film_axis(film), y = y_axis(film);
  html.open("g", {{"class", "axis"}});
  for (const Tick& tick : ticks(x, 5)) {
    html.leaf("text", {{"x", coordinate(x.place(tick.value))}, {"y", "412"}, {"class", "x"}},
              tick.text);
  }
  for (const Tick& tick : ticks(y, 5)) {
    html.leaf("text", {{"x", "38"}, {"y", coordinate(y.place(tick.value))}, {"class", "y"}},
              tick.text);
  }
  html.leaf("text", {{"x", "238"}, {"y", "430"}, {"class", "x"}}, shortened(film.x_name, 40));
  html.leaf("text",
            {{"x", "10"}, {"y", "204"}, {"class", "x"}, {"transform", "rotate(-90 10 204)"}},
            shortened(film.y_name, 40));
  html.close();
}

}  // namespace

std::uint8_t FilmScale::byte(double value) const {
  if (!std::isfinite(value)) return kNoValue;
  if (classes) {
    const double number = std::floor(value);
    const double level = std::floor((value - number) * levels);
    return static_cast<std::uint8_t>(std::clamp(number * levels + level, 0.0, 254.0));
  }
  const double share = high > low ? (value / 2 - low / 2) / (high / 2 - low / 2) : 0.5;
  return static_cast<std::uint8_t>(std::lround(std::clamp(share, 0.0, 1.0) * 254));
}

FilmScale film_scale(const Film& film) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const Film::Frame& frame : film.frames) {
    for (const double value : frame.values) {
      if (!std::isfinite(value)) continue;
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  if (low > high) low = high = 0;
  const int classes = static_cast<int>(std::clamp(std::floor(high) + 1, 1.0, 255.0));
  return {.classes = film.target != "numbers" && film.plane,
          .levels = std::clamp(255 / classes, 1, 100),
          .low = low,
          .high = high};
}

void write_film_frame(Html& html, const Film& film, const FilmScale& scale, std::size_t frame,
                      bool axes) {
  html.open("svg",
            {{"viewBox", axes ? "0 0 440 440" : "44 8 388 392"},
             {"role", "img"},
             {"aria-label", "What the net answers at step " + count_text(film.frames[frame].step) +
                                ", with the training points"}});
  html.shape("rect",
             {{"class", "box"}, {"x", "44"}, {"y", "8"}, {"width", "388"}, {"height", "392"}});
  if (film.plane) write_cells(html, film, scale, frame);
  write_points(html, film, scale);
  if (!film.plane) write_curve(html, film, frame);
  if (axes) write_film_axes(html, film);
  html.close();
}

}  // namespace clino::report
