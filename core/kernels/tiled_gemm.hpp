#pragma once

#include "core/kernels/vector.hpp"
#include "core/types.hpp"

/// \file
/// A matrix product for operands that fit the cache. c [m, n] is cut into tiles of `Lanes *
/// Vectors` rows and `Columns` columns whose sums stay in registers while the inner index runs; a
/// column of `a` is read as vectors, elements of `b` are broadcast. Rows that fill no whole vector
/// are the first lanes of one, columns that fill no tile go to smaller tiles, each half the size of
/// the one before.

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

/// How the left factor lies: as a matrix, or as panels of as many rows as a tile has, one after the
/// other, each with its columns side by side.
enum class Layout { matrix, panels };

template <class T>
struct TileProblem {
  Index inner;     ///< k
  const T* a;      ///< [m, k]
  Index a_stride;  ///< from one column to the next, in a matrix
  Broadcast<T> b;
  T* c;  ///< [m, n], columns `c_stride` apart
  Index c_stride;
  const T* bias;  ///< [m], for Start::bias
};

/// All lanes of a vector, in the place of `FirstLanes`.
template <class T, int Lanes>
struct AllLanes {
  [[gnu::always_inline]] void load(Vector<T, Lanes>& vector, const T* source) const {
    kernels::load(vector, source);
  }
  [[gnu::always_inline]] void store(const Vector<T, Lanes>& vector, T* target) const {
    kernels::store(vector, target);
  }
};

/// `rows` tells which lanes of the last vector of each column count.
template <class T, Start start, int Lanes, int Vectors, int Columns, class Rows>
[[gnu::always_inline]] inline void tile(const TileProblem<T>& p, Index a_stride, const Rows& rows) {
  using V = Vector<T, Lanes>;
  V sum[Vectors][Columns];
#pragma GCC unroll 32
  for (int v = 0; v < Vectors; ++v) {
#pragma GCC unroll 32
    for (int j = 0; j < Columns; ++j) {
      if constexpr (start == Start::sum) {
        rows.load(sum[v][j], p.c + v * Lanes + j * p.c_stride);
      } else if constexpr (start == Start::bias) {
        rows.load(sum[v][j], p.bias + v * Lanes);
      } else {
        sum[v][j] = V{};
      }
    }
  }
  const T* a = p.a;
  const T* b = p.b.data;
  for (Index k = 0; k < p.inner; ++k, a += a_stride, b += p.b.step) {
    V column[Vectors];
#pragma GCC unroll 32
    for (int v = 0; v < Vectors; ++v) rows.load(column[v], a + v * Lanes);
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
    for (int j = 0; j < Columns; ++j) rows.store(sum[v][j], p.c + v * Lanes + j * p.c_stride);
  }
}

/// All columns of the rows of one tile, in tiles of `Columns`, then of half as many, down to one.
template <class T, Start start, int Lanes, int Vectors, int Columns, class Rows>
inline void row_band(TileProblem<T> p, Index a_stride, Index columns, const Rows& rows) {
  Index j = 0;
  for (; j + Columns <= columns; j += Columns) {
    tile<T, start, Lanes, Vectors, Columns>(p, a_stride, rows);
    p.b.data += Columns * p.b.stride;
    p.c += Columns * p.c_stride;
  }
  if constexpr (Columns > 1) {
    if (j < columns)
      row_band<T, start, Lanes, Vectors, Columns / 2>(p, a_stride, columns - j, rows);
  }
}

/// All rows: tiles of `Vectors` vectors, then of one, then the first lanes of one.
template <class T, Start start, Layout layout, int Lanes, int Vectors, int Columns>
inline void all_bands(TileProblem<T> p, Index rows, Index columns) {
  constexpr Index height = Index{Lanes} * Vectors;
  const auto stride = [&](Index panel) { return layout == Layout::panels ? panel : p.a_stride; };
  Index i = 0;
  for (; i + height <= rows; i += height) {
    row_band<T, start, Lanes, Vectors, Columns>(p, stride(height), columns, AllLanes<T, Lanes>());
    p.a += layout == Layout::panels ? height * p.inner : height;
    p.c += height;
    if constexpr (start == Start::bias) p.bias += height;
  }
  if (i == rows) return;
  if constexpr (Vectors > 1) {
    all_bands<T, start, layout, Lanes, 1, Columns>(p, rows - i, columns);
  } else {
    row_band<T, start, Lanes, 1, Columns>(p, stride(rows - i), columns,
                                          FirstLanes<T, Lanes>(rows - i));
  }
}

}  // namespace clino::kernels
