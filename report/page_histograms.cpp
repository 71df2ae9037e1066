#include <algorithm>
#include <cmath>
#include <numeric>

#include "report/axis.hpp"
#include "report/number_text.hpp"
#include "report/page.hpp"
#include "report/thinning.hpp"

namespace clino::report {

namespace {

constexpr std::size_t kMostHistograms = 96;
constexpr double kBarsLeft = 8, kBarsRight = 252, kBarsTop = 34, kBarsBottom = 150, kTall = 30;

using Records = std::vector<const HistogramPoint*>;

struct Stack {
  const LayerLog* layer;
  std::string quantity;
  Records records;
};

std::vector<Stack> stacks_of(const RunLog& run) {
  std::vector<Stack> stacks;
  for (const LayerLog& layer : run.layers) {
    for (const char* quantity : {"weight", "gradient", "pre_activation", "activation"}) {
      Stack stack{&layer, quantity, {}};
      for (const HistogramPoint& point : layer.histograms) {
        if (point.quantity == quantity && !point.bins.empty()) stack.records.push_back(&point);
      }
      if (!stack.records.empty()) stacks.push_back(std::move(stack));
    }
  }
  return stacks;
}

double total(const HistogramPoint& point) {
  const std::uint64_t inside =
      std::accumulate(point.bins.begin(), point.bins.end(), std::uint64_t{0});
  return static_cast<double>(std::max<std::uint64_t>(inside + point.underflow + point.overflow, 1));
}

/// The root of a bin's share: what is rare stays to be seen.
double bar_height(std::uint64_t count, double all) {
  return std::sqrt(static_cast<double>(count) / all);
}

std::string ridge_path(const HistogramPoint& point, double base, double scale) {
  const double all = total(point);
  const double step = (kBarsRight - kBarsLeft) / static_cast<double>(point.bins.size() + 2);
  std::string path = "M" + coordinate(kBarsLeft) + " " + coordinate(base);
  const auto bar = [&](std::uint64_t count) {
    path += "V" + coordinate(base - scale * bar_height(count, all)) + "h" + coordinate(step);
  };
  // The outermost steps are what lies below and above the edges.
  bar(point.underflow);
  for (const std::uint64_t count : point.bins) bar(count);
  bar(point.overflow);
  return path + "V" + coordinate(base);
}

std::string outside_words(const HistogramPoint& point) {
  std::string words;
  const auto add = [&](std::uint64_t count, const char* where) {
    if (count > 0) words += (words.empty() ? "" : ", ") + count_text(count) + where;
  };
  add(point.underflow, point.log10 ? " zero or below" : " below");
  add(point.overflow, " above");
  add(point.nonfinite, " not finite");
  return words;
}

void write_stack(Html& html, const Stack& stack, std::size_t most) {
  const std::vector<std::size_t> shown = spread(stack.records.size(), most);
  double highest = 0;
  for (const std::size_t i : shown) {
    const double all = total(*stack.records[i]);
    for (const std::uint64_t count : stack.records[i]->bins) {
      highest = std::max(highest, bar_height(count, all));
    }
  }
  const HistogramPoint& last = *stack.records.back();
  html.open("figure", {{"class", "map small"}}).open("figcaption");
  html.leaf("h3", {}, layer_label(*stack.layer) + ", " + stack.quantity).close();
  html.open("svg", {{"viewBox", "0 0 260 172"},
                    {"role", "img"},
                    {"aria-label", "Histograms of " + stack.quantity + " of layer " +
                                       layer_label(*stack.layer) + ", the first at the back"}});
  for (std::size_t k = 0; k < shown.size(); ++k) {
    const HistogramPoint& point = *stack.records[shown[k]];
    const double share =
        shown.size() < 2 ? 1 : static_cast<double>(k) / static_cast<double>(shown.size() - 1);
    const double base = kBarsTop + (kBarsBottom - kBarsTop) * share;
    const std::string path = ridge_path(point, base, highest > 0 ? kTall / highest : 0);
    html.open("path", {{"class", "ridge " + color_name(k, std::max<std::size_t>(shown.size(), 7))},
                       {"d", path}});
    const std::string outside = outside_words(point);
    html.leaf("title", {},
              "step " + count_text(point.step) + (outside.empty() ? "" : ": " + outside));
    html.close();
  }
  const auto label = [&](double x, const char* place, double value) {
    const std::string text = last.log10 ? "1e" + number_text(value) : number_text(value);
    html.leaf("text", {{"x", coordinate(x)}, {"y", "163"}, {"class", place}}, text);
  };
  label(kBarsLeft, "left", last.low);
  label((kBarsLeft + kBarsRight) / 2, "x", (last.low + last.high) / 2);
  label(kBarsRight, "end", last.high);
  html.close();
  const std::string outside = outside_words(last);
  html.leaf("p", {{"class", "note"}},
            "steps " + count_text(stack.records.front()->step) + "–" + count_text(last.step) +
                (outside.empty() ? "" : "; last: " + outside));
  html.close();
}

}  // namespace

void write_histograms(Html& html, const Page& page) {
  if (!page.one_run()) return;
  const std::vector<Stack> stacks = stacks_of(page.runs.front());
  if (stacks.empty()) return;
  const std::size_t figures = std::min(stacks.size(), kMostHistograms);
  open_section(html, "histograms", "Histograms through time");
  html.leaf(
      "p", {{"class", "about"}},
      "From the first record, at the back, to the last, in front. Heights are the roots of the "
      "shares, so that rare values are seen; the outermost steps are what lies outside of the "
      "range. Gradients by the logarithm of their magnitude." +
          (figures < stacks.size() ? " Shown are the first " + count_text(figures) + " of " +
                                         count_text(stacks.size()) + "."
                                   : std::string()));
  html.open("div", {{"class", "smalls"}});
  const std::size_t ridges = std::clamp<std::size_t>(640 / figures, 5, 12);
  for (std::size_t i = 0; i < figures; ++i) write_stack(html, stacks[i], ridges);
  html.close().close();
}

}  // namespace clino::report
