#include "app/progress_line.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <spdlog/fmt/fmt.h>
#include <unistd.h>
#include <vector>

#include "app/number_format.hpp"
#include "app/terminal.hpp"

namespace clino::app {

std::string duration_text(double seconds) {
  const auto whole = static_cast<long>(std::ceil(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

namespace {

/// A part of the line. Where they do not all fit, those of the lowest rank stay.
struct Field {
  int rank;
  std::string text;
};

std::string of_total(const char* what, std::uint64_t done, std::optional<std::uint64_t> total) {
  return total ? fmt::format("{} {}/{}", what, done, *total) : fmt::format("{} {}", what, done);
}

std::vector<Field> fields_of(const Progress& progress) {
  std::optional<std::uint64_t> epochs;
  if (progress.epochs) epochs = static_cast<std::uint64_t>(*progress.epochs);
  std::vector<Field> fields{{3, of_total("epoch", progress.epoch + 1, epochs)},
                            {4, of_total("step", progress.step, progress.total_steps)},
                            {0, number_text("loss {:.4g}", progress.train.loss)}};
  const Metrics& metrics = progress.validation ? *progress.validation : progress.train;
  if (metrics.accuracy) {
    fields.push_back({2, number_text(progress.validation ? "val {:.1f}%" : "acc {:.1f}%",
                                     100 * *metrics.accuracy)});
  } else if (progress.validation) {
    fields.push_back({2, number_text("val {:.4g}", metrics.loss)});
  }
  fields.push_back({5, rate_text(progress.samples_per_second)});
  if (progress.seconds_left) fields.push_back({1, duration_text(*progress.seconds_left) + " left"});
  return fields;
}

std::string joined(const std::vector<Field>& fields) {
  std::string text;
  for (const Field& field : fields) text += (text.empty() ? "" : "  ") + field.text;
  return text;
}

/// A line that wraps cannot be written over.
std::size_t terminal_width() {
  const std::optional<TerminalSize> size = terminal_size(STDERR_FILENO);
  return size ? size->columns : 80;
}

}  // namespace

std::string progress_text(const Progress& progress, std::size_t width) {
  std::vector<Field> fields = fields_of(progress);
  while (!fields.empty() && joined(fields).size() > width) {
    fields.erase(std::ranges::max_element(fields, {}, &Field::rank));
  }
  return joined(fields);
}

ProgressLine::ProgressLine() : visible_(::isatty(STDERR_FILENO) == 1) {}

void ProgressLine::show(const Progress& progress) {
  if (!visible_) return;
  // In the last column some terminals wrap already. `ESC [ K` clears what was there before.
  const std::string text = progress_text(progress, terminal_width() - 1);
  std::fprintf(stderr, "\r%s\033[K", text.c_str());
  std::fflush(stderr);
  shown_ = true;
}

void ProgressLine::clear() {
  if (!shown_) return;
  std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
  shown_ = false;
}

}  // namespace clino::app
