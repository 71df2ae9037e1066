#include "report/thinning.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace clino::report {

namespace {

/// Adds what is kept of the elements from `begin` up to `end`.
void keep_extremes(std::span<const double> values, std::size_t begin, std::size_t end,
                   std::vector<std::size_t>& kept) {
  constexpr auto kNone = static_cast<std::size_t>(-1);
  std::size_t smallest = kNone, largest = kNone, broken = kNone;
  for (std::size_t i = begin; i < end; ++i) {
    if (!std::isfinite(values[i])) {
      if (broken == kNone) broken = i;
      continue;
    }
    if (smallest == kNone || values[i] < values[smallest]) smallest = i;
    if (largest == kNone || values[i] > values[largest]) largest = i;
  }
  for (const std::size_t i : {smallest, largest, broken}) {
    if (i != kNone) kept.push_back(i);
  }
}

}  // namespace

std::vector<std::size_t> thinned(std::span<const double> values, std::size_t limit) {
  const std::size_t count = values.size();
  std::vector<std::size_t> kept;
  if (count <= limit) {
    kept.resize(count);
    std::iota(kept.begin(), kept.end(), std::size_t{0});
    return kept;
  }
  const bool all_finite =
      std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
  const std::size_t stretches = limit < 4 ? 0 : (limit - 2) / (all_finite ? 2 : 3);
  kept = {0, count - 1};
  for (std::size_t i = 0; i < stretches; ++i) {
    keep_extremes(values, i * count / stretches, (i + 1) * count / stretches, kept);
  }
  std::sort(kept.begin(), kept.end());
  kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
  return kept;
}

std::vector<std::size_t> spread(std::size_t count, std::size_t limit) {
  std::vector<std::size_t> positions(std::min(count, limit));
  for (std::size_t i = 0; i < positions.size(); ++i) {
    positions[i] = positions.size() < 2 ? count - 1 : i * (count - 1) / (positions.size() - 1);
  }
  return positions;
}

}  // namespace clino::report
