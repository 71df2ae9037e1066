#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>

#include "core/ops/elementwise.hpp"
#include "core/types.hpp"

namespace clino::detail {

/// below[i] = |phi'(x[i])| < threshold, for `size` elements; NaN is not below.
template <class A, class T>
[[gnu::flatten]] void mark_below(const A& function, const T* x, Index size, T threshold,
                                 unsigned char* below) {
  const A f = function;
  for (Index i = 0; i < size; ++i) {
    const bool low = std::abs(measured_slope(f, x[i])) < threshold;
    below[i] = low & !std::isnan(x[i]);
  }
}

/// The block pass behind `Activation::count_below`. In chunks of whole memory, not of columns, so
/// that narrow layers are vector code too.
template <class A, class T>
void count_below(const A& function, Matrix<const T> x, T threshold,
                 std::span<unsigned char> unit_alive, Index& below) {
  constexpr Index kChunk = 512;
  std::array<unsigned char, kChunk> marks;
  std::fill(unit_alive.begin(), unit_alive.end(), static_cast<unsigned char>(0));
  Index unit = 0;
  for (Index start = 0; start < x.size(); start += kChunk) {
    const Index size = std::min(kChunk, x.size() - start);
    mark_below(function, x.data + start, size, threshold, marks.data());
    int count = 0;
    for (Index i = 0; i < size; ++i) count += marks[static_cast<std::size_t>(i)];
    below += count;
    for (Index i = 0; i < size;) {
      const Index run = std::min(size - i, x.rows - unit);
      unsigned char* alive = unit_alive.data() + unit;
      const unsigned char* mark = marks.data() + i;
      for (Index j = 0; j < run; ++j) {
        alive[j] = static_cast<unsigned char>(alive[j] | (mark[j] ^ 1U));
      }
      i += run;
      unit = unit + run == x.rows ? 0 : unit + run;
    }
  }
}

}  // namespace clino::detail
