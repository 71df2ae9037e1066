#include "app/progress_line.hpp"

#include <cmath>
#include <cstdio>
#include <spdlog/fmt/fmt.h>
#include <unistd.h>

namespace clino::app {

std::string duration_text(double seconds) {
  const auto whole = static_cast<long>(std::ceil(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

std::string progress_text(const Progress& progress) {
  std::string text = progress.epochs
                         ? fmt::format("epoch {}/{}", progress.epoch + 1, *progress.epochs)
                         : fmt::format("epoch {}", progress.epoch + 1);
  text += progress.total_steps ? fmt::format("  step {}/{}", progress.step, *progress.total_steps)
                               : fmt::format("  step {}", progress.step);
  text += fmt::format("  loss {:.4g}", progress.train.loss);
  const Metrics& metrics = progress.validation ? *progress.validation : progress.train;
  if (metrics.accuracy) {
    text +=
        fmt::format("  {} {:.1f}%", progress.validation ? "val" : "acc", 100 * *metrics.accuracy);
  } else if (progress.validation) {
    text += fmt::format("  val {:.4g}", metrics.loss);
  }
  text += fmt::format("  {:.3g}k/s", progress.samples_per_second / 1000);
  if (progress.seconds_left) text += "  " + duration_text(*progress.seconds_left) + " left";
  return text;
}

ProgressLine::ProgressLine() : visible_(::isatty(STDERR_FILENO) == 1) {}

void ProgressLine::show(const Progress& progress) {
  if (!visible_) return;
  // At most 79 characters: a line that wraps cannot be written over.
  std::fprintf(stderr, "\r%-79.79s", progress_text(progress).c_str());
  std::fflush(stderr);
  shown_ = true;
}

void ProgressLine::clear() {
  if (!shown_) return;
  std::fprintf(stderr, "\r%79s\r", "");
  std::fflush(stderr);
  shown_ = false;
}

}  // namespace clino::app
