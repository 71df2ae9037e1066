#include "report/reliability_diagram.hpp"

#include <algorithm>

#include "report/axis.hpp"
#include "report/number_text.hpp"

namespace clino::report {

namespace {

constexpr double kDiagramWidth = 440, kDiagramHeight = 452;
constexpr double kDiagramLeft = 46, kDiagramRight = 426;  // the axis of confidence, 0 to 1
constexpr double kDiagramTop = 10, kDiagramBottom = 330;  // the axis of accuracy, 1 to 0
constexpr double kCountsTop = 384, kFloor = 446;          // the bars of samples
constexpr std::size_t kMostCounts = 15;                   // more numbers do not fit side by side

double x_of(double confidence) {
  return kDiagramLeft + (kDiagramRight - kDiagramLeft) * confidence;
}
double y_of(double accuracy) { return kDiagramBottom + (kDiagramTop - kDiagramBottom) * accuracy; }

void write_text(Html& html, const char* role, double x, double y, std::string_view text) {
  html.leaf("text", {{"class", role}, {"x", coordinate(x)}, {"y", coordinate(y)}}, text);
}

/// A bar of a bin, between two heights in the picture.
void write_bar(Html& html, const std::string& role, const ReliabilityBin& bin, double top,
               double bottom) {
  const double left = x_of(bin.low) + 0.75, right = x_of(bin.high) - 0.75;
  html.shape("rect", {{"class", role},
                      {"x", coordinate(left)},
                      {"y", coordinate(top)},
                      {"width", coordinate(std::max(right - left, 0.5))},
                      {"height", coordinate(bottom - top)}});
}

/// The `d` of a path between two points.
std::string line_between(double x0, double y0, double x1, double y1) {
  return "M" + coordinate(x0) + " " + coordinate(y0) + "L" + coordinate(x1) + " " + coordinate(y1);
}

void write_grid(Html& html) {
  html.open("g", {{"class", "axis"}});
  for (const Tick& tick : ticks({.low = 0, .high = 1}, 5)) {
    const double y = y_of(tick.value);
    html.shape("path", {{"d", line_between(kDiagramLeft, y, kDiagramRight, y)}});
    write_text(html, "y", kDiagramLeft - 7, y_of(tick.value), tick.text);
    write_text(html, "x", x_of(tick.value), kDiagramBottom + 13, tick.text);
  }
  html.close();
  write_text(html, "name", kDiagramLeft + 6, kDiagramTop + 8, "accuracy");
  write_text(html, "x", (kDiagramLeft + kDiagramRight) / 2, kDiagramBottom + 29, "confidence");
}

void write_bins(Html& html, const std::vector<ReliabilityBin>& bins) {
  for (const ReliabilityBin& bin : bins) {
    if (bin.samples == 0) continue;
    const std::string few = bin.samples < kFewSamples ? " few" : "";
    write_bar(html, "share" + few, bin, y_of(bin.accuracy), kDiagramBottom);
    const auto [low, high] = std::minmax(bin.accuracy, bin.confidence);
    const char* const side = bin.confidence > bin.accuracy ? "gap over" : "gap under";
    write_bar(html, side + few, bin, y_of(high), y_of(low));
  }
  html.shape("path",
             {{"class", "diagonal"}, {"d", line_between(x_of(0), y_of(0), x_of(1), y_of(1))}});
}

/// `950`, `12k`: what fits above a bar.
std::string brief_count(Index count) {
  return count < 10000 ? std::to_string(count) : std::to_string((count + 500) / 1000) + "k";
}

void write_counts(Html& html, const std::vector<ReliabilityBin>& bins) {
  Index most = 1;
  for (const ReliabilityBin& bin : bins) most = std::max(most, bin.samples);
  write_text(html, "name", kDiagramLeft + 6, kCountsTop - 20, "samples");
  for (const ReliabilityBin& bin : bins) {
    if (bin.samples == 0) continue;
    const double share = static_cast<double>(bin.samples) / static_cast<double>(most);
    const double top = kFloor + (kCountsTop - kFloor) * share;
    write_bar(html, "count", bin, top, kFloor);
    if (bins.size() > kMostCounts) continue;
    write_text(html, "x small-text", (x_of(bin.low) + x_of(bin.high)) / 2, top - 6,
               brief_count(bin.samples));
  }
  html.shape("path", {{"class", "floor"},
                      {"d", line_between(kDiagramLeft, kFloor, kDiagramRight, kFloor)}});
}

}  // namespace

void write_reliability_diagram(Html& html, const Reliability& reliability,
                               const std::string& description) {
  html.open("svg",
            {{"class", "reliability"},
             {"viewBox", "0 0 " + coordinate(kDiagramWidth) + " " + coordinate(kDiagramHeight)},
             {"role", "img"},
             {"aria-label", description}});
  write_grid(html);
  write_bins(html, reliability.bins);
  write_counts(html, reliability.bins);
  html.close();
}

}  // namespace clino::report
