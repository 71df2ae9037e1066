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

/// ANDs `columns` columns of `width` marks into the first, half of them at a time: long loops that
/// become vector code however narrow a layer is.
inline void fold_columns(unsigned char* marks, Index width, Index columns) {
  while (columns > 1) {
    const Index half = columns / 2;
    columns -= half;
    const unsigned char* others = marks + columns * width;
    for (Index i = 0; i < half * width; ++i) {
      marks[i] = static_cast<unsigned char>(marks[i] & others[i]);
    }
  }
}

/// The block pass behind `Activation::count_below`, in chunks: of whole columns, or of a part of
/// one where columns are long.
template <class A, class T>
void count_below(const A& function, Matrix<const T> x, T threshold,
                 std::span<unsigned char> unit_alive, Index& below) {
  constexpr Index kChunk = 512;
  std::array<unsigned char, kChunk> marks;
  std::fill(unit_alive.begin(), unit_alive.end(), static_cast<unsigned char>(0));
  const Index columns_at_once = std::max(Index{1}, kChunk / std::max(Index{1}, x.rows));
  Index unit = 0;
  for (Index start = 0; start < x.size();) {
    const Index width = std::min(kChunk, x.rows - unit);
    const Index columns = std::min(columns_at_once, (x.size() - start) / width);
    const Index size = width * columns;
    mark_below(function, x.data + start, size, threshold, marks.data());
    int count = 0;
    for (Index i = 0; i < size; ++i) count += marks[static_cast<std::size_t>(i)];
    below += count;
    fold_columns(marks.data(), width, columns);
    unsigned char* alive = unit_alive.data() + unit;
    for (Index i = 0; i < width; ++i) {
      alive[i] = static_cast<unsigned char>(alive[i] | (marks[static_cast<std::size_t>(i)] ^ 1U));
    }
    start += size;
    unit = (unit + width) % x.rows;
  }
}

}  // namespace clino::detail
