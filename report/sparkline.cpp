#include "report/sparkline.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "report/stretches.hpp"

namespace clino::report {

namespace {

constexpr std::size_t kBarLevels = 8;
constexpr std::array<const char*, kBarLevels> kBlocks = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::array<const char*, kBarLevels> kLetters = {"_", ".", ":", "-", "=", "+", "*", "#"};

/// A hundredth of the size, or of a factor.
bool is_flat(const ValueRange& range, bool log) {
  const double size = log ? 1 / std::log(10) : std::max(std::abs(range.low), std::abs(range.high));
  return range.high - range.low <= 0.01 * size;
}

}  // namespace

std::string sparkline(std::span<const double> values, const SparklineOptions& options) {
  const std::vector<Stretch> all = stretches(values, options.width, options.log);
  ValueRange range;
  range.include(all);
  const bool flat = is_flat(range, options.log);
  const double level_of_flat = range.high == 0 && !options.log ? 0 : 0.5;
  std::string line;
  for (const Stretch& stretch : all) {
    if (stretch.broken) {
      line += '!';
    } else if (!stretch.any) {
      line += ' ';
    } else {
      const double place = flat ? level_of_flat : range.place(stretch.mean);
      const auto level = std::min(static_cast<std::size_t>(place * kBarLevels), kBarLevels - 1);
      line += (options.unicode ? kBlocks : kLetters)[level];
    }
  }
  return line;
}

bool spans_decades(std::span<const double> values) {
  double low = std::numeric_limits<double>::infinity(), high = 0;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    if (value <= 0) return false;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  return high > 10 * low;
}

}  // namespace clino::report
