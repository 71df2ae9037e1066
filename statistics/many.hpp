#pragma once

#include <span>
#include <vector>

#include "core/types.hpp"

/// \file
/// What changes where many are compared with each other.

namespace clino::statistics {

/// p values adjusted so that, whatever is true, the chance that any that should not be is at most
/// alpha is at most alpha: Holm, "A simple sequentially rejective multiple test procedure",
/// Scandinavian Journal of Statistics 1979.
std::vector<double> holm(std::span<const double> p_values);

/// A pair of which one was told to be better.
struct Order {
  std::size_t better = 0, worse = 0;
};

/// Rank of each of `count`: one more than how many were told to be better. Those with equally many
/// better ones share a rank.
std::vector<Index> ranks(std::size_t count, std::span<const Order> told_apart);

}  // namespace clino::statistics
