#include "app/jobs_display.hpp"

#include <algorithm>
#include <cstdio>
#include <spdlog/fmt/fmt.h>
#include <unistd.h>

#include "app/progress_line.hpp"
#include "app/terminal.hpp"
#include "report/text_fields.hpp"

namespace clino::app {

namespace {

/// `[#####-----]`
std::string bar(double share) {
  constexpr std::size_t kWidth = 20;
  const auto full = static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * kWidth);
  return "[" + std::string(full, '#') + std::string(kWidth - full, '-') + "]";
}

std::string job_text(const compare::Plan& plan, const compare::Job& job) {
  std::string text =
      report::one_line(plan.variations[job.variation].label) + ", seed " + std::to_string(job.seed);
  if (job.grid_point) {
    const auto points = compare::grid_points(plan.tune);
    for (const compare::Setting& setting : points[*job.grid_point]) {
      text += ", " + compare::short_value(setting.value);
    }
  }
  if (job.fold) text += ", fold " + std::to_string(*job.fold);
  return text;
}

}  // namespace

std::string jobs_text(const compare::Plan& plan, const std::string& phase,
                      std::span<const compare::Job> jobs, const compare::RunnerProgress& progress,
                      std::size_t width, std::size_t rows) {
  std::string all = fmt::format("{}: {} of {} runs", phase, progress.done, progress.all);
  if (progress.found > 0) all += fmt::format(", {} found", progress.found);
  if (progress.failed > 0) all += fmt::format(", {} failed", progress.failed);
  if (progress.seconds_left) all += ", " + duration_text(*progress.seconds_left) + " left";
  std::string text = report::left_field(all, width) + "\n";
  std::size_t lines = 1;
  for (const compare::RunnerProgress::Active& active : progress.active) {
    if (++lines > rows) break;
    const std::string head = fmt::format("  {} {:3.0f}% ", bar(active.share), 100 * active.share);
    const std::size_t rest = width > head.size() ? width - head.size() : 1;
    text += head + report::left_field(job_text(plan, jobs[active.job]), rest) + "\n";
  }
  return text;
}

JobsDisplay::JobsDisplay(const compare::Plan& plan)
    : plan_(plan), visible_(::isatty(STDERR_FILENO) == 1) {}

void JobsDisplay::show(const std::string& phase, std::span<const compare::Job> jobs,
                       const compare::RunnerProgress& progress) {
  const auto size = terminal_size(STDERR_FILENO).value_or(TerminalSize{.columns = 80, .rows = 24});
  clear();
  // In the last column some terminals wrap already, and the last line is the cursor's.
  const std::string text = jobs_text(plan_, phase, jobs, progress, size.columns - 1,
                                     std::max<std::size_t>(size.rows, 3) - 1);
  std::fputs(text.c_str(), stderr);
  std::fflush(stderr);
  lines_ = static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

void JobsDisplay::clear() {
  // Up to the first of the lines, and clear from there.
  if (lines_ > 0) std::fprintf(stderr, "\r\033[%zuA\033[J", lines_);
  std::fflush(stderr);
  lines_ = 0;
}

}  // namespace clino::app
