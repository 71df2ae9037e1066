#pragma once

#include "core/kernels/vector.hpp"
#include "core/types.hpp"

/// \file
/// A matrix product for operands that fit the cache. c [m, n] is cut into tiles of `Lanes *
/// Vectors` rows and `Columns` columns whose sums stay in registers while the inner index runs; a
/// column of `a` is read as vectors, elements of `b` are broadcast. Nothing is packed: that is what
/// makes it fast where packing would cost as much as the product. Rows and columns that fill no
/// whole tile go to smaller tiles, each half the size of the one before.

namespace clino::kernels {

/// The right factor as strides: element (p, j) stands at data[p * step + j * stride].
template <class T>
struct Broadcast {
  const T* data;
  Index step;
  Index stride;
};

/// Where the sums of a tile begin.
enum class Start { zero, sum, bias };

template <class T>
struct TileProblem {
  Index inner;  ///< k
  const T* a;   ///< [m, k], columns `a_stride` apart
  Index a_stride;
  Broadcast<T> b;
  T* c;  ///< [m, n], columns `c_stride` apart
  Index c_stride;
  const T* bias;  ///< [m], for Start::bias
};

template <class T, Start start, int Lanes, int Vectors, int Columns>
[[gnu::always_inline]] inline void tile(const TileProblem<T>& p) {
  using V = Vector<T, Lanes>;
  V sum[Vectors][Columns];
#pragma GCC unroll 32
  for (int v = 0; v < Vectors; ++v) {
#pragma GCC unroll 32
    for (int j = 0; j < Columns; ++j) {
      if constexpr (start == Start::sum) {
        load(sum[v][j], p.c + v * Lanes + j * p.c_stride);
      } else if constexpr (start == Start::bias) {
        load(sum[v][j], p.bias + v * Lanes);
      } else {
        sum[v][j] = V{};
      }
    }
  }
  const T* a = p.a;
  const T* b = p.b.data;
  for (Index k = 0; k < p.inner; ++k, a += p.a_stride, b += p.b.step) {
    V column[Vectors];
#pragma GCC unroll 32
    for (int v = 0; v < Vectors; ++v) load(column[v], a + v * Lanes);
#pragma GCC unroll 32
    for (int j = 0; j < Columns; ++j) {
      const T factor = b[j * p.b.stride];
#pragma GCC unroll 32
      for (int v = 0; v < Vectors; ++v) multiply_add(sum[v][j], column[v], factor);
    }
  }
#pragma GCC unroll 32
  for (int v = 0; v < Vectors; ++v) {
#pragma GCC unroll 32
    for (int j = 0; j < Columns; ++j) store(sum[v][j], p.c + v * Lanes + j * p.c_stride);
  }
}

/// All columns of the rows of one tile, in tiles of `Columns`, then of half as many, down to one.
template <class T, Start start, int Lanes, int Vectors, int Columns>
inline void row_band(TileProblem<T> p, Index columns) {
  Index j = 0;
  for (; j + Columns <= columns; j += Columns) {
    tile<T, start, Lanes, Vectors, Columns>(p);
    p.b.data += Columns * p.b.stride;
    p.c += Columns * p.c_stride;
  }
  if constexpr (Columns > 1) {
    if (j < columns) row_band<T, start, Lanes, Vectors, Columns / 2>(p, columns - j);
  }
}

/// All rows: tiles of `Lanes * Vectors` rows, then one vector of each smaller width.
template <class T, Start start, int Lanes, int Vectors, int Columns>
inline void all_bands(TileProblem<T> p, Index rows, Index columns) {
  constexpr Index height = Index{Lanes} * Vectors;
  Index i = 0;
  for (; i + height <= rows; i += height) {
    row_band<T, start, Lanes, Vectors, Columns>(p, columns);
    p.a += height;
    p.c += height;
    if constexpr (start == Start::bias) p.bias += height;
  }
  if (i == rows) return;
  if constexpr (Vectors > 1) {
    all_bands<T, start, Lanes, Vectors / 2, Columns>(p, rows - i, columns);
  } else if constexpr (Lanes > 1) {
    all_bands<T, start, narrower<T>(Lanes), 1, Columns>(p, rows - i, columns);
  }
}

}  // namespace clino::kernels
