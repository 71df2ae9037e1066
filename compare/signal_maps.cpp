#include "compare/signal_maps.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "compare/bands.hpp"

namespace clino::compare {

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

bool same_shape(const SignalMap& a, const SignalMap& b) {
  return a.layers == b.layers && std::ranges::equal(a.rows, b.rows, {}, &std::vector<double>::size,
                                                    &std::vector<double>::size);
}

std::vector<const SignalMap*> alike_maps(const Comparison& comparison,
                                         const VariationResult& variation) {
  std::vector<const SignalMap*> maps;
  for (const std::size_t run : variation.runs) {
    const SignalMap& map = comparison.runs[run].outcome.signal;
    if (map.rows.empty() || map.layers.size() != map.rows.size()) continue;
    if (maps.empty() || same_shape(*maps.front(), map)) maps.push_back(&map);
  }
  return maps;
}

double median_at(const std::vector<const SignalMap*>& maps, std::size_t row, std::size_t column) {
  std::vector<double> values;
  for (const SignalMap* map : maps) {
    const double value = map->rows[row][column];
    if (std::isfinite(value)) values.push_back(value);
  }
  std::ranges::sort(values);
  return values.empty() ? kNone : quantile(values, 0.5);
}

/// Means of about equally many neighbours; NaN where none is a number.
std::vector<double> narrowed(const std::vector<double>& row, std::size_t columns) {
  if (row.size() <= columns) return row;
  std::vector<double> narrow;
  for (std::size_t k = 0; k < columns; ++k) {
    double sum = 0, count = 0;
    for (std::size_t i = k * row.size() / columns; i < (k + 1) * row.size() / columns; ++i) {
      if (std::isnan(row[i])) continue;
      sum += row[i];
      ++count;
    }
    narrow.push_back(count > 0 ? sum / count : kNone);
  }
  return narrow;
}

}  // namespace

SignalMap median_signal(const Comparison& comparison, const VariationResult& variation,
                        std::size_t columns) {
  const std::vector<const SignalMap*> maps = alike_maps(comparison, variation);
  SignalMap result;
  if (maps.empty()) return result;
  result.layers = maps.front()->layers;
  for (std::size_t row = 0; row < maps.front()->rows.size(); ++row) {
    std::vector<double> values;
    for (std::size_t i = 0; i < maps.front()->rows[row].size(); ++i) {
      values.push_back(median_at(maps, row, i));
    }
    result.rows.push_back(narrowed(values, columns));
  }
  return result;
}

statistics::Interval signal_range(const std::vector<SignalMap>& maps) {
  std::vector<double> values;
  for (const SignalMap& map : maps) {
    for (const std::vector<double>& row : map.rows) {
      std::ranges::copy_if(row, std::back_inserter(values),
                           [](double x) { return !std::isnan(x); });
    }
  }
  if (values.empty()) return {0, 0};
  std::ranges::sort(values);
  return {quantile(values, 0.02), quantile(values, 0.98)};
}

}  // namespace clino::compare
