#include <algorithm>

#include "compare/panel.hpp"
#include "report/document.hpp"
#include "report/number_text.hpp"
#include "report/styles.hpp"

namespace clino::compare {

namespace {

using report::Html;
using report::number_text;

struct Curve {
  std::vector<double> times, shares;
  std::optional<double> median;
  Index reached = 0;
  double end = 0;  ///< epochs that its runs were given
};

/// Epochs after which nothing is known of a variation any more; a run that failed or stopped early
/// is known not to get there.
double watched_until(const ComparisonPage& page, std::size_t i) {
  double end = 0;
  for (const std::size_t run : page.variation(i).runs) {
    const RunOutcome& outcome = page.comparison.runs[run].outcome;
    const double epochs = outcome.status == "completed" ? static_cast<double>(outcome.epochs)
                                                        : page.comparison.horizon;
    end = std::max(end, epochs);
  }
  return end;
}

double last_epoch(const ComparisonPage& page) {
  double last = 1;
  for (std::size_t i = 0; i < page.count(); ++i) last = std::max(last, watched_until(page, i));
  return last;
}

/// One for each variation.
std::vector<Curve> curves_of(const ComparisonPage& page) {
  std::vector<Curve> curves(page.count());
  for (std::size_t i = 0; i < page.count(); ++i) {
    const MeasureSummary* summary = page.variation(i).find("epochs_to_target");
    if (summary == nullptr || !summary->survival || summary->values.n == 0) continue;
    curves[i].median = summary->survival->median;
    curves[i].reached = summary->reached;
    curves[i].end = watched_until(page, i);
    for (const statistics::SurvivalStep& step : summary->survival->steps) {
      curves[i].times.push_back(step.time);
      curves[i].shares.push_back(step.surviving);
    }
  }
  return curves;
}

PanelFrame survival_frame(const ComparisonPage& page, std::size_t panels) {
  PanelFrame frame = panel_frame(panels);
  const bool log = is_over_early(page);
  // On a log axis there is no 0: a run that is there after the first epoch falls at its left edge.
  set_numbers(frame.x, {.log = log, .low = log ? 0.9 : 0.0, .high = last_epoch(page)});
  set_numbers(frame.y, {.low = 0, .high = 1});
  frame.x_title = "epoch";
  return frame;
}

std::string path_of(const PanelFrame& frame, const Curve& curve) {
  return step_path(frame, curve.times, curve.shares, std::min(curve.end, frame.x.high));
}

std::string curve_description(const ComparisonPage& page, std::size_t i, const Curve& curve) {
  return page.variation(i).label + ": " + std::to_string(curve.reached) + " of " +
         std::to_string(page.variation(i).runs.size()) + " runs reach the target, half of them " +
         (curve.median ? "by epoch " + number_text(*curve.median) : "never");
}

/// Labels at the right end, kept apart: there are few.
void write_labels(Html& html, const ComparisonPage& page, const PanelFrame& frame,
                  const std::vector<Curve>& curves, const std::vector<report::LineStyle>& styles) {
  constexpr double kApart = 13;
  struct Label {
    double y;
    std::size_t variation;
  };
  std::vector<Label> labels;
  for (std::size_t i = 0; i < curves.size(); ++i) {
    if (!curves[i].shares.empty()) labels.push_back({frame.y.place(curves[i].shares.back()), i});
  }
  // Of those that end together the one that got there last has its curve above the others.
  std::ranges::stable_sort(labels, [&](const Label& a, const Label& b) {
    if (a.y != b.y) return a.y < b.y;
    return curves[a.variation].times.back() > curves[b.variation].times.back();
  });
  double ceiling = frame.y.start + kApart;
  for (std::size_t k = labels.size(); k-- > 0;) {
    labels[k].y = std::min(labels[k].y, ceiling - kApart);
    ceiling = labels[k].y;
  }
  html.open("g", {{"class", "ends"}});
  for (const Label& label : labels) {
    html.leaf("text",
              {{"x", report::coordinate(frame.x.end + 7)},
               {"y", report::coordinate(label.y)},
               {"class", styles[label.variation].color}},
              report::shortened(page.variation(label.variation).label, 24));
  }
  html.close();
}

void write_together(Html& html, const ComparisonPage& page, const std::vector<Curve>& curves) {
  PanelFrame frame = survival_frame(page, 1);
  frame.width = 760;
  frame.height = 260;
  frame.x.end = 600;
  frame.y.start = frame.height - 22;
  frame.x_ticks = 8;
  std::vector<report::LineStyle> styles;
  std::vector<LegendEntry> legend;
  std::string description = "Share of runs that are not there yet.";
  for (std::size_t i = 0; i < page.count(); ++i) {
    styles.push_back({report::color_name(i, page.count()), static_cast<int>(i % 3)});
    description += " " + curve_description(page, i, curves[i]) + ".";
  }
  for (const std::size_t i : page.order) {
    const std::string dash = styles[i].dash == 0 ? "" : " k" + std::to_string(styles[i].dash);
    legend.push_back({"swatch " + styles[i].color + dash, page.variation(i).label});
  }
  write_legend(html, legend);
  html.open("div", {{"class", "together"}});
  report::open_picture_box(html, "Survival curves");
  open_picture(html, frame, description);
  html.open("g", {{"class", "lines steps"}});
  for (std::size_t i = 0; i < page.count(); ++i) {
    if (curves[i].times.empty()) continue;
    const std::string dash = styles[i].dash == 0 ? "" : " k" + std::to_string(styles[i].dash);
    html.shape("path", {{"class", styles[i].color + dash}, {"d", path_of(frame, curves[i])}});
  }
  html.close();
  write_labels(html, page, frame, curves, styles);
  html.close().close().close();
}

void write_apart(Html& html, const ComparisonPage& page, const std::vector<Curve>& curves) {
  const PanelFrame frame = survival_frame(page, page.count());
  std::string all;
  for (const Curve& curve : curves) all += path_of(frame, curve);
  write_backdrop(html, "all-survivals", all);
  write_legend(html, {{"swatch c0", "this variation"}, {"swatch grey", "the others"}});
  open_panels(html, frame);
  for (const std::size_t i : page.order) {
    open_panel(html, frame, page, i, curve_description(page, i, curves[i]));
    use_backdrop(html, "all-survivals");
    html.open("g", {{"class", "lines steps"}});
    html.shape("path", {{"class", "c0"}, {"d", path_of(frame, curves[i])}});
    html.close();
    close_panel(html);
  }
  html.close();
}

}  // namespace

void write_survival(Html& html, const ComparisonPage& page) {
  if (!page.comparison.target) return;
  const std::vector<Curve> curves = curves_of(page);
  if (std::ranges::all_of(curves, [](const Curve& curve) { return curve.times.empty(); })) return;
  report::open_section(html, "survival", "Reaching the target");
  html.leaf("p", {{"class", "about"}},
            "Share of the runs that have not yet reached " + to_text(*page.comparison.target) +
                ", by epoch (Kaplan and Meier 1958): the earlier a curve falls, the faster; where "
                "it stays above 0, some runs never get there.");
  if (page.count() <= report::kFewLines) {
    write_together(html, page, curves);
  } else {
    write_apart(html, page, curves);
  }
  html.close();
}

}  // namespace clino::compare
