#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "core/types.hpp"

/// \file
/// Sums in a fixed order. A sum in plain order cannot become vector code, and one that the compiler
/// may reorder would not give the same bits in every build of a caller; so the order is fixed here,
/// once, for everything that adds up many numbers.

namespace clino::kernels {

/// `Count` sums at once: `term(i)` gives an array of `Count` doubles for i = 0 ... count - 1.
/// Element i of a block is added to lane i mod 32, lanes are added pairwise and blocks in order.
template <std::size_t Count, class Term>
std::array<double, Count> sums(std::size_t count, const Term& term) {
  constexpr std::size_t kLanes = 32;
  constexpr std::size_t kBlock = 4096;
  std::array<double, Count> total = {};
  for (std::size_t first = 0; first < count; first += kBlock) {
    const std::size_t last = std::min(count, first + kBlock);
    std::array<std::array<double, kLanes>, Count> lanes = {};
    const auto add = [&](std::size_t i, std::size_t lane) {
      const std::array<double, Count> terms = term(i);
      for (std::size_t s = 0; s < Count; ++s) lanes[s][lane] += terms[s];
    };
    std::size_t i = first;
    for (; i + kLanes <= last; i += kLanes) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) add(i + lane, lane);
    }
    const std::size_t rest = last - i;
    for (std::size_t lane = 0; lane < rest; ++lane) add(i + lane, lane);
    for (std::size_t s = 0; s < Count; ++s) {
      for (std::size_t width = kLanes / 2; width > 0; width /= 2) {
        for (std::size_t lane = 0; lane < width; ++lane) lanes[s][lane] += lanes[s][lane + width];
      }
      total[s] += lanes[s][0];
    }
  }
  return total;
}

/// One sum.
template <class Term>
double sum(std::size_t count, const Term& term) {
  return sums<1>(count, [&](std::size_t i) { return std::array<double, 1>{term(i)}; })[0];
}

/// Sum of squares, each widened to double first, so that no float overflows or underflows.
template <class T>
double squared_norm(std::span<const T> values) {
  return sum(values.size(), [x = values.data()](std::size_t i) {
    return static_cast<double>(x[i]) * static_cast<double>(x[i]);
  });
}

}  // namespace clino::kernels
