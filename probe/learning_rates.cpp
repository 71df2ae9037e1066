#include "probe/learning_rates.hpp"

#include <algorithm>

namespace clino {

namespace {

/// Of one number or more; puts them in order.
double median(std::vector<double>& values) {
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  if (values.size() % 2 == 1) return values[middle];
  return values[middle - 1] + (values[middle] - values[middle - 1]) / 2;
}

}  // namespace

void LearningRates::add(std::uint64_t step, double rate) {
  const auto place = static_cast<std::size_t>(count % kWindow);
  steps[place] = step;
  rates[place] = rate;
  ++count;
}

std::optional<double> LearningRates::spike(std::uint64_t from, std::uint64_t to) const {
  std::vector<double> before;
  std::optional<double> largest;
  for (std::size_t i = 0; i < std::min<std::uint64_t>(count, kWindow); ++i) {
    if (steps[i] < from) {
      before.push_back(rates[i]);
    } else if (steps[i] < to) {
      largest = std::max(rates[i], largest.value_or(rates[i]));
    }
  }
  if (before.empty() || !largest) return std::nullopt;
  const double usual = median(before);
  if (!(usual > 0)) return std::nullopt;
  return *largest / usual;
}

}  // namespace clino
