#include "report/stretches.hpp"

#include <algorithm>
#include <cmath>

namespace clino::report {

namespace {

Stretch stretch_of(std::span<const double> values, std::size_t begin, std::size_t end, bool log) {
  Stretch stretch{.begin = begin, .end = end};
  double sum = 0;
  int count = 0;
  for (const double value : values.subspan(begin, end - begin)) {
    stretch.broken = stretch.broken || !std::isfinite(value);
    if (!std::isfinite(value) || (log && value <= 0)) continue;
    sum += log ? std::log10(value) : value;
    ++count;
  }
  stretch.any = count > 0;
  if (stretch.any) stretch.mean = sum / count;
  return stretch;
}

}  // namespace

std::vector<Stretch> stretches(std::span<const double> values, std::size_t most, bool log) {
  const std::size_t count = values.size(), parts = std::min(count, most);
  std::vector<Stretch> all;
  all.reserve(parts);
  for (std::size_t i = 0; i < parts; ++i) {
    all.push_back(stretch_of(values, i * count / parts, (i + 1) * count / parts, log));
  }
  return all;
}

void ValueRange::include(std::span<const Stretch> all) {
  for (const Stretch& stretch : all) {
    if (!stretch.any) continue;
    low = any ? std::min(low, stretch.mean) : stretch.mean;
    high = any ? std::max(high, stretch.mean) : stretch.mean;
    any = true;
  }
}

}  // namespace clino::report
