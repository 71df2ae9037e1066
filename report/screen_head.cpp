#include <algorithm>
#include <cmath>

#include "report/number_text.hpp"
#include "report/page.hpp"
#include "report/screen_parts.hpp"
#include "report/sparkline.hpp"
#include "report/stretches.hpp"
#include "report/text_fields.hpp"

namespace clino::report {

namespace {

constexpr std::size_t kRunNameWidth = 12, kRunNumberWidth = 10, kLowestWidth = 22;

std::string progress(const RunLog& log) {
  // Of a run that goes on after an interruption the summary is the old one.
  if (log.running || !log.summary) {
    const std::string state = log.running ? "training" : "stopped without an end";
    if (log.steps.empty()) return state + ", nothing logged";
    return state + ", logged up to step " + count_text(log.steps.back().step);
  }
  const RunSummary& summary = *log.summary;
  return summary.status + ", " + count_text(summary.steps) + " steps, " +
         count_text(summary.epochs) + " epochs, " + duration_text(summary.seconds);
}

std::string metrics(const RunLog& log) {
  std::string text;
  for (const char* split : {"train", "validation", "test"}) {
    const MetricsPoint* last = last_metrics(log, split);
    if (last == nullptr) continue;
    text += (text.empty() ? "" : "; ") + std::string(split) + " loss " + number_text(last->loss);
    if (last->accuracy) text += ", accuracy " + percent_text(*last->accuracy);
  }
  return text;
}

/// First value, line, last value, and the lowest on the way.
std::string loss_line(const Screen& screen, const std::string& name,
                      const std::vector<double>& values) {
  if (values.empty()) return "";
  const bool log = spans_decades(values);
  const std::size_t width =
      screen.columns() - kRunNameWidth - 2 * kRunNumberWidth - kLowestWidth - 1;
  double lowest = std::nan("");
  for (const double value : values) {
    if (std::isfinite(value) && !(lowest <= value)) lowest = value;
  }
  const std::string line =
      sparkline(values, {.width = width, .log = log, .unicode = screen.options.unicode});
  return left_field(name, kRunNameWidth) +
         right_field(number_text(values.front()), kRunNumberWidth - 1) + " " + line +
         std::string(width - columns_of(line), ' ') +
         right_field(number_text(values.back()), kRunNumberWidth) + "  " +
         screen.pen.faint("min " + number_text(lowest) + (log ? " (log)" : "")) + "\n";
}

std::vector<double> validation_losses(const RunLog& log) {
  std::vector<double> values;
  for (const MetricsPoint& point : log.metrics) {
    if (point.split == "validation") values.push_back(point.loss);
  }
  return values;
}

}  // namespace

std::string screen_head(const Screen& screen) {
  const RunLog& log = *screen.log;
  std::string text = screen.pen.heading(one_line(log.name)) + "  " + one_line(progress(log)) + "\n";
  text += wrapped(one_line(what_was_trained(log)), screen.columns(), 0) + "\n";
  const std::string parts = metrics(log);
  if (!parts.empty()) text += wrapped(parts, screen.columns(), 0) + "\n";
  const std::string lines =
      loss_line(screen, "batch loss", values_of(log.steps, &StepPoint::loss)) +
      loss_line(screen, "validation", validation_losses(log));
  return lines.empty() ? text : text + "\n" + lines;
}

}  // namespace clino::report
