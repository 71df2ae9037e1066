#include "statistics/many.hpp"

#include <algorithm>
#include <numeric>

namespace clino::statistics {

std::vector<double> holm(std::span<const double> p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return p_values[i]; });
  std::vector<double> adjusted(p_values.size());
  double largest = 0;
  for (std::size_t position = 0; position < order.size(); ++position) {
    const auto left = static_cast<double>(order.size() - position);
    largest = std::max(largest, std::min(left * p_values[order[position]], 1.0));
    adjusted[order[position]] = largest;
  }
  return adjusted;
}

std::vector<Index> ranks(std::size_t count, std::span<const Order> told_apart) {
  std::vector<Index> rank(count, 1);
  for (const Order& pair : told_apart) ++rank[pair.worse];
  return rank;
}

}  // namespace clino::statistics
