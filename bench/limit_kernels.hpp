#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "core/kernels/vector.hpp"
#include "core/types.hpp"

/// \file
/// Products of the limit probe: sums of a tile stay in registers, and what is to be done with a sum
/// is done there. All rows are multiples of the 16 lanes, the net being padded.

namespace limit {

using clino::Index;
inline constexpr Index kLanes = 16;
using V = clino::kernels::Vector<float, kLanes>;
using clino::kernels::load;
using clino::kernels::store;

/// Elements (k, j) of a right factor, at data[k * step + j * stride].
struct Right {
  const float* data;
  Index step, stride;
};

/// A left factor [rows, inner], its columns `stride` apart; or transposed, its rows `stride` apart.
struct Left {
  const float* data;
  Index stride;
  bool transposed = false;
};

/// sum += a b, for a tile that stays in registers.
template <int Vectors, int Columns>
[[gnu::always_inline]] inline void accumulate(Left a, Right b, Index inner,
                                              V (&sum)[Vectors][Columns]) {
  const float* left = a.data;
  const float* right = b.data;
  for (Index k = 0; k < inner; ++k, left += a.stride, right += b.step) {
    V l[Vectors];
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v) load(l[v], left + v * kLanes);
#pragma GCC unroll 16
    for (int j = 0; j < Columns; ++j) {
#pragma GCC unroll 8
      for (int v = 0; v < Vectors; ++v) sum[v][j] += l[v] * right[j * b.stride];
    }
  }
}

template <int Vectors, int Columns, class Done>
[[gnu::always_inline]] inline void tile(Left a, Right b, Index inner, Index row, Index column,
                                        const Done& done) {
  V sum[Vectors][Columns] = {};
  accumulate(a, b, inner, sum);
#pragma GCC unroll 16
  for (int j = 0; j < Columns; ++j) {
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v) done(row + v * kLanes, column + j, sum[v][j]);
  }
}

/// The columns from `column` on, `Columns` at a time, then fewer, down to one.
template <int Vectors, int Columns, class Done>
void band(Left a, Right b, Index inner, Index row, Index column, Index columns, const Done& done) {
  for (; column + Columns <= columns; column += Columns) {
    tile<Vectors, Columns>(a, {b.data + column * b.stride, b.step, b.stride}, inner, row, column,
                           done);
  }
  if constexpr (Columns > 1) {
    constexpr int kFewer = Columns > 4 ? 4 : Columns / 2;
    if (column < columns) band<Vectors, kFewer>(a, b, inner, row, column, columns, done);
  }
}

inline constexpr int kColumns = 6;
inline constexpr int kVectors = 4;
inline constexpr Index kHeight = kVectors * kLanes;

/// done(row, column, sums of 16 rows from there) for all of a b, read where they stand.
template <class Done>
void small_product(Left a, Index rows, Right b, Index columns, Index inner, const Done& done) {
  Index row = 0;
  for (; row + kHeight <= rows; row += kHeight) {
    band<kVectors, kColumns>({a.data + row, a.stride}, b, inner, row, 0, columns, done);
  }
  for (; row < rows; row += kLanes) {
    band<1, 2 * kColumns>({a.data + row, a.stride}, b, inner, row, 0, columns, done);
  }
}

/// Exchanges the upper lanes of a first row, those whose number has the bit `Square`, with the
/// lower ones of a second.
template <int Square, int... Lane>
[[gnu::always_inline]] inline void exchange(V& first, V& second,
                                            std::integer_sequence<int, Lane...> /*lanes*/) {
  const V low = __builtin_shufflevector(
      first, second, ((Lane & Square) != 0 ? (Lane ^ Square) + kLanes : Lane)...);
  second = __builtin_shufflevector(first, second,
                                   ((Lane & Square) != 0 ? Lane + kLanes : Lane ^ Square)...);
  first = low;
}

template <int Square>
[[gnu::always_inline]] inline void exchange_all(V (&row)[kLanes]) {
#pragma GCC unroll 16
  for (int i = 0; i < kLanes; ++i) {
    if ((i & Square) != 0) continue;
    exchange<Square>(row[i], row[i | Square], std::make_integer_sequence<int, kLanes>());
  }
}

/// to = the transpose of a block of 16 x 16, by exchanging ever larger squares.
inline void transpose(const float* from, Index from_stride, float* to, Index to_stride) {
  V row[kLanes];
#pragma GCC unroll 16
  for (Index i = 0; i < kLanes; ++i) load(row[i], from + i * from_stride);
  exchange_all<1>(row);
  exchange_all<2>(row);
  exchange_all<4>(row);
  exchange_all<8>(row);
#pragma GCC unroll 16
  for (Index i = 0; i < kLanes; ++i) store(row[i], to + i * to_stride);
}

}  // namespace limit
