#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <type_traits>

#include "core/ops/elementwise.hpp"
#include "core/types.hpp"

namespace clino::detail {

/// below[i] = |phi'(x[i])| < threshold, for `size` elements; NaN is not below.
template <class A, class T>
[[gnu::flatten]] void mark_below(const A& function, const T* x, Index size, T threshold,
                                 unsigned char* below) {
  const A f = function;
  if constexpr (requires { A::active_above; }) {
    if (threshold > 0 && threshold <= 1) {
      for (Index i = 0; i < size; ++i) below[i] = x[i] <= static_cast<T>(A::active_above);
      return;
    }
  }
  for (Index i = 0; i < size; ++i) {
    const bool low = std::abs(measured_slope(f, x[i])) < threshold;
    below[i] = low & !std::isnan(x[i]);
  }
}

/// How far from the edge of `mark_beyond` rounding may decide, as a share of it.
template <class T>
inline constexpr T kNearEdge = static_cast<T>(1e-4);

/// Whether no element comes near the edge, or is NaN: most chunks of a net that learns.
template <class T>
bool all_within(const T* x, Index size, T edge) {
  using Bits = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;
  // Bit patterns of |x| grow with |x|, NaN above all: a maximum of integers becomes vector code.
  constexpr Bits kMagnitude = std::numeric_limits<Bits>::max();
  Bits largest = 0;
  for (Index i = 0; i < size; ++i) {
    largest = std::max(largest, std::bit_cast<Bits>(x[i]) & kMagnitude);
  }
  return largest <= std::bit_cast<Bits>(edge * (1 - kNearEdge<T>));
}

/// The same where |phi'| falls on both sides alike as |x| grows, to the threshold at `edge`. What
/// lies near the edge is left to the slope itself, so that rounding decides as it does there; the
/// share of chunks with such an element is small.
template <class A, class T>
void mark_beyond(const A& function, const T* x, Index size, T threshold, T edge,
                 unsigned char* below) {
  const T inner = edge * (1 - kNearEdge<T>);
  const T outer = edge * (1 + kNearEdge<T>);
  unsigned char near = 0;
  for (Index i = 0; i < size; ++i) {
    const T distance = std::abs(x[i]);
    below[i] = distance >= outer;
    near |=
        static_cast<unsigned char>(distance > inner) & static_cast<unsigned char>(distance < outer);
  }
  if (near != 0) mark_below(function, x, size, threshold, below);
}

/// Where |phi'| has fallen to the threshold, if `mark_beyond` can go by it: where the slope changes
/// by much more than its rounding from one side of the edge to the other. Else 0.
template <class A, class T>
T falling_edge(const A& function, T threshold) {
  if constexpr (requires { function.slope_falls_to(1.0); }) {
    if (threshold < std::numeric_limits<T>::min() * T{0x1p40}) return 0;
    const double edge = function.slope_falls_to(static_cast<double>(threshold));
    return edge > 0.5 ? static_cast<T>(edge) : T{0};  // NaN: the slope is below everywhere
  } else {
    return 0;
  }
}

/// The sum of `size` <= 1020 marks, eight at a time.
inline Index count_marks(const unsigned char* marks, Index size) {
  constexpr Index kWord = sizeof(std::uint64_t);
  std::uint64_t sums = 0;  // eight of them, each below 256
  Index i = 0;
  for (; i + kWord <= size; i += kWord) {
    std::uint64_t word = 0;
    std::memcpy(&word, marks + i, sizeof word);
    sums += word;
  }
  constexpr std::uint64_t kEven = 0x00FF00FF00FF00FFU;
  const std::uint64_t pairs = (sums & kEven) + ((sums >> 8U) & kEven);
  auto count = static_cast<Index>((pairs * 0x0001000100010001U) >> 48U);
  for (; i < size; ++i) count += marks[i];
  return count;
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
  const T edge = falling_edge(function, threshold);
  Index unit = 0;
  for (Index start = 0; start < x.size();) {
    const Index width = std::min(kChunk, x.rows - unit);
    const Index columns = std::min(columns_at_once, (x.size() - start) / width);
    const Index size = width * columns;
    unsigned char* alive = unit_alive.data() + unit;
    if (edge > 0 && all_within(x.data + start, size, edge)) {
      std::fill_n(alive, width, static_cast<unsigned char>(1));
    } else {
      if (edge > 0) {
        mark_beyond(function, x.data + start, size, threshold, edge, marks.data());
      } else {
        mark_below(function, x.data + start, size, threshold, marks.data());
      }
      below += count_marks(marks.data(), size);
      fold_columns(marks.data(), width, columns);
      for (Index i = 0; i < width; ++i) {
        alive[i] = static_cast<unsigned char>(alive[i] | (marks[static_cast<std::size_t>(i)] ^ 1U));
      }
    }
    start += size;
    unit = (unit + width) % x.rows;
  }
}

}  // namespace clino::detail
