#include "report/axis.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "report/number_text.hpp"

namespace clino::report {

bool Axis::shows(double value) const { return std::isfinite(value) && (!log || value > 0); }

double Axis::place(double value) const {
  const double share = log ? std::log10(value / low) / std::log10(high / low)
                           : (value / 2 - low / 2) / (high / 2 - low / 2);
  return start + share * (end - start);
}

Axis fitted_axis(std::span<const std::vector<double>* const> numbers, bool log, bool from_zero) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Axis axis{.log = log, .low = kInfinity, .high = -kInfinity};
  for (const std::vector<double>* values : numbers) {
    for (const double value : *values) {
      if (!axis.shows(value)) continue;
      axis.low = std::min(axis.low, value);
      axis.high = std::max(axis.high, value);
    }
  }
  if (axis.low > axis.high) {
    axis.low = log ? 1 : 0;
    axis.high = log ? 10 : 1;
  }
  if (log) {
    const double wider = axis.high / axis.low < 10 ? 1.5 : 1.15;
    axis.low = std::max(axis.low / wider, std::numeric_limits<double>::denorm_min());
    axis.high = std::min(axis.high * wider, std::numeric_limits<double>::max());
    return axis;
  }
  if (from_zero) axis.low = std::min(axis.low, 0.0);
  const double extent = axis.high / 2 - axis.low / 2;
  const double room = extent > 0 ? extent * 0.1 : std::max(std::abs(axis.high) * 0.1, 0.05);
  axis.high = std::min(axis.high + room, std::numeric_limits<double>::max());
  if (!from_zero || axis.low < 0) {
    axis.low = std::max(axis.low - room, -std::numeric_limits<double>::max());
  }
  return axis;
}

namespace {

std::vector<Tick> log_ticks(const Axis& axis, std::size_t wanted) {
  const int first = static_cast<int>(std::ceil(std::log10(axis.low) - 1e-9));
  const int last = static_cast<int>(std::floor(std::log10(axis.high) + 1e-9));
  const int stride = std::max(1, (last - first) / static_cast<int>(wanted) + 1);
  std::vector<Tick> found;
  for (int power = first; power <= last; ++power) {
    if (power % stride != 0) continue;
    const double value = std::pow(10.0, power);
    const bool plain = power >= -2 && power <= 3;
    found.push_back({value, plain ? number_text(value) : "1e" + std::to_string(power)});
  }
  return found;
}

std::vector<Tick> linear_ticks(const Axis& axis, std::size_t wanted) {
  const double raw = (axis.high / 2 - axis.low / 2) * 2 / static_cast<double>(wanted);
  std::vector<Tick> found;
  if (!(raw > 0) || !std::isfinite(raw)) return found;
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  const double digit = raw / power;
  const double stride = power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
  const double first = std::ceil(axis.low / stride), last = std::floor(axis.high / stride);
  for (double k = first; k <= last && found.size() < 2 * wanted + 2; ++k) {
    found.push_back({k * stride, number_text(k * stride)});
  }
  return found;
}

}  // namespace

std::vector<Tick> ticks(const Axis& axis, std::size_t wanted) {
  // Less than a decade has too few powers of ten: the axis is then labelled like a linear one.
  const bool decades = axis.log && axis.high / axis.low >= 30;
  return decades ? log_ticks(axis, wanted) : linear_ticks(axis, wanted);
}

std::vector<Tick> picture_ticks(const Axis& axis, std::size_t wanted) {
  std::vector<Tick> found = ticks(axis, wanted);
  if (!axis.log || found.size() >= 3) return found;
  found.clear();
  const auto power = [](double value) { return static_cast<int>(std::floor(std::log10(value))); };
  for (int exponent = power(axis.low); exponent <= power(axis.high); ++exponent) {
    for (const double digit : {1.0, 2.0, 5.0}) {
      const double value = digit * std::pow(10.0, exponent);
      if (value >= axis.low && value <= axis.high) found.push_back({value, number_text(value)});
    }
  }
  return found.empty() ? ticks(axis, wanted) : found;
}

}  // namespace clino::report
