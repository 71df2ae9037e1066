#include "compare/panel.hpp"

#include <algorithm>
#include <cmath>

#include "report/number_text.hpp"

namespace clino::compare {

namespace {

using report::Html;

/// Tenths of a pixel: what panels have room for.
std::string place_text(double place) { return report::coordinate(std::round(place * 10) / 10); }

double clamped(const report::Axis& axis, double value) {
  const auto [low, high] = std::minmax(axis.start, axis.end);
  if (std::isinf(value)) return value > 0 ? axis.end : axis.start;
  if (axis.log && !(value > 0)) return axis.start;
  return std::clamp(axis.place(value), low, high);
}

std::string point_text(const PanelFrame& frame, double x, double y) {
  return place_text(clamped(frame.x, x)) + " " + place_text(clamped(frame.y, y));
}

}  // namespace

PanelFrame panel_frame(std::size_t panels) {
  struct Size {
    std::string_view name;
    double width, height;
    std::size_t x_ticks, y_ticks;
  };
  const Size size = panels <= 4    ? Size{"large", 360, 230, 6, 5}
                    : panels <= 20 ? Size{"middle", 264, 168, 5, 4}
                                   : Size{"little", 174, 116, 4, 3};
  PanelFrame frame;
  frame.size = size.name;
  frame.width = size.width;
  frame.height = size.height;
  frame.x_ticks = size.x_ticks;
  frame.y_ticks = size.y_ticks;
  frame.x.start = 38;
  frame.x.end = frame.width - 6;
  frame.y.start = frame.height - 20;
  frame.y.end = 7;
  return frame;
}

void set_numbers(report::Axis& axis, const report::Axis& numbers) {
  axis.log = numbers.log;
  axis.low = numbers.low;
  axis.high = numbers.high;
}

std::string line_path(const PanelFrame& frame, std::span<const double> xs,
                      std::span<const double> ys) {
  std::string path;
  bool down = false;
  for (std::size_t i = 0; i < ys.size(); ++i) {
    if (std::isnan(ys[i])) {
      down = false;
      continue;
    }
    // A line of no length shows a value that stands alone.
    path += (down ? "L" : "M") + point_text(frame, xs[i], ys[i]) + (down ? "" : "h0");
    down = true;
  }
  return path;
}

std::string band_path(const PanelFrame& frame, std::span<const double> xs,
                      std::span<const double> lows, std::span<const double> highs) {
  std::string path;
  const auto shown = [&](std::size_t i) { return !std::isnan(lows[i]) && !std::isnan(highs[i]); };
  for (std::size_t i = 0; i < xs.size(); ++i) {
    if (shown(i)) path += (path.empty() ? "M" : "L") + point_text(frame, xs[i], lows[i]);
  }
  for (std::size_t i = xs.size(); i-- > 0;) {
    if (shown(i)) path += "L" + point_text(frame, xs[i], highs[i]);
  }
  return path.empty() ? path : path + "z";
}

std::string step_path(const PanelFrame& frame, std::span<const double> xs,
                      std::span<const double> ys, double end) {
  std::string path;
  for (std::size_t i = 0; i < xs.size(); ++i) {
    const std::string x = place_text(clamped(frame.x, xs[i]));
    const std::string y = place_text(clamped(frame.y, ys[i]));
    if (path.empty()) {
      path.append("M").append(x).append(" ").append(y);
    } else {
      path.append("H").append(x).append("V").append(y);
    }
  }
  return path.empty() ? path : path + "H" + place_text(clamped(frame.x, end));
}

void write_backdrop(Html& html, const std::string& id, const std::string& path) {
  html.open("svg", {{"class", "backdrop"}, {"aria-hidden", "true"}});
  html.shape("path", {{"id", id}, {"d", path}});
  html.close();
}

void use_backdrop(Html& html, const std::string& id) {
  html.shape("use", {{"class", "others"}, {"href", "#" + id}});
}

void open_panels(Html& html, const PanelFrame& frame) {
  html.open("div", {{"class", "panels " + std::string(frame.size)}});
}

void open_panel(Html& html, const PanelFrame& frame, const ComparisonPage& page,
                std::size_t variation, const std::string& description) {
  const VariationResult& result = page.variation(variation);
  html.open("figure", {{"class", "panel"}}).open("figcaption");
  html.leaf("h3", {}, report::shortened(result.label, 80));
  html.leaf(
      "p", {},
      "rank " + rank_text(page.comparison, page.variation(variation)) + ", " + runs_text(result));
  html.close();
  open_picture(html, frame, description);
}

void close_panel(Html& html) { html.close().close(); }

void open_picture(Html& html, const PanelFrame& frame, const std::string& description) {
  html.open("svg", {{"viewBox", "0 0 " + report::coordinate(frame.width) + " " +
                                    report::coordinate(frame.height)},
                    {"role", "img"},
                    {"aria-label", description}});
  html.open("g", {{"class", "axis"}});
  std::string lines;
  for (const report::Tick& tick : report::picture_ticks(frame.y, frame.y_ticks)) {
    const std::string y = place_text(frame.y.place(tick.value));
    lines += "M" + place_text(frame.x.start) + " " + y + "H" + place_text(frame.x.end);
    html.leaf("text", {{"x", place_text(frame.x.start - 5)}, {"y", y}, {"class", "y"}}, tick.text);
  }
  if (!lines.empty()) html.shape("path", {{"d", lines}});
  const std::string below = place_text(frame.height - 8);
  const double title_from = frame.x.end - 6 * static_cast<double>(frame.x_title.size());
  for (const report::Tick& tick : report::picture_ticks(frame.x, frame.x_ticks)) {
    const double x = frame.x.place(tick.value);
    if (x + 4 * static_cast<double>(tick.text.size()) > title_from) continue;
    html.leaf("text", {{"x", place_text(x)}, {"y", below}, {"class", "x"}}, tick.text);
  }
  html.leaf("text", {{"x", place_text(frame.x.end)}, {"y", below}, {"class", "end"}},
            frame.x_title);
  html.close();
}

void write_level(Html& html, const PanelFrame& frame, double value) {
  const std::string y = place_text(clamped(frame.y, value));
  html.shape("path",
             {{"class", "level"},
              {"d", "M" + place_text(frame.x.start) + " " + y + "H" + place_text(frame.x.end)}});
}

}  // namespace clino::compare
