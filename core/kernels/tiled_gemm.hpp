#pragma once

#include <type_traits>

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

/// The same of panels, which come from the second-level cache: each column is asked for some
/// columns before it is read.
template <class T, int Lanes>
struct PanelLanes : AllLanes<T, Lanes> {
  static constexpr Index kColumnsAhead = 8;
  void prefetch(const T* column, Index stride) const {
    __builtin_prefetch(column + kColumnsAhead * stride);
  }
};

/// Where a tile begins in the operands of a problem.
template <class T>
struct Corner {
  const T* a;
  const T* b;
  T* c;
  const T* bias;
};

/// `rows` tells which lanes of the last vector of each column count.
template <class T, Start start, int Lanes, int Vectors, int Columns, class Rows>
[[gnu::always_inline]] inline void tile(const TileProblem<T>& p, const Corner<T>& at,
                                        Index a_stride, const Rows& rows) {
  using V = Vector<T, Lanes>;
  V sum[Vectors][Columns];
#pragma GCC unroll 32
  for (int v = 0; v < Vectors; ++v) {
#pragma GCC unroll 32
    for (int j = 0; j < Columns; ++j) {
      if constexpr (start == Start::sum) {
        rows.load(sum[v][j], at.c + v * Lanes + j * p.c_stride);
      } else if constexpr (start == Start::bias) {
        rows.load(sum[v][j], at.bias + v * Lanes);
      } else {
        sum[v][j] = V{};
      }
    }
  }
  // Columns by twos from two places: the compiler would keep a distance for each of them, and run
  // out of registers.
  const T* a = at.a;
  const T* b = at.b;
  const T* next = b + p.b.stride;
  const Index pair = 2 * p.b.stride;
  const Index step = p.b.step;
  for (Index k = p.inner; k > 0; --k, a += a_stride, b += step, next += step) {
    V column[Vectors];
#pragma GCC unroll 32
    for (int v = 0; v < Vectors; ++v) {
      rows.load(column[v], a + v * Lanes);
      if constexpr (requires { rows.prefetch(a, a_stride); }) {
        rows.prefetch(a + v * Lanes, a_stride);
      }
    }
#pragma GCC unroll 32
    for (int j = 0; j < Columns; ++j) {
      const T factor = (j % 2 == 0 ? b : next)[j / 2 * pair];
#pragma GCC unroll 32
      for (int v = 0; v < Vectors; ++v) multiply_add(sum[v][j], column[v], factor);
    }
  }
#pragma GCC unroll 32
  for (int v = 0; v < Vectors; ++v) {
#pragma GCC unroll 32
    for (int j = 0; j < Columns; ++j) rows.store(sum[v][j], at.c + v * Lanes + j * p.c_stride);
  }
}

/// All columns of the rows of one tile, in tiles of `Columns`, then of half as many, down to one.
template <class T, Start start, int Lanes, int Vectors, int Columns, class Rows>
[[gnu::always_inline]] inline void row_band(const TileProblem<T>& p, Corner<T> at, Index a_stride,
                                            Index columns, const Rows& rows) {
  for (; columns >= Columns; columns -= Columns) {
    tile<T, start, Lanes, Vectors, Columns>(p, at, a_stride, rows);
    at.b += Columns * p.b.stride;
    at.c += Columns * p.c_stride;
  }
  if constexpr (Columns > 1) {
    if (columns > 0) {
      row_band<T, start, Lanes, Vectors, Columns / 2>(p, at, a_stride, columns, rows);
    }
  }
}

/// A function of its own, so that registers are shared out among few loops.
template <class T, Start start, int Lanes, int Vectors, int Columns, class Rows>
[[gnu::noinline]] void whole_row_band(const TileProblem<T>& p, const Corner<T>& at, Index a_stride,
                                      Index columns, Rows rows) {
  row_band<T, start, Lanes, Vectors, Columns>(p, at, a_stride, columns, rows);
}

/// The rows from `at` on, which moves along: in tiles of `Vectors` vectors, then of one, then the
/// first lanes of one. A copy of what was just written would wait for it.
template <class T, Start start, Layout layout, int Lanes, int Vectors, int Columns>
[[gnu::always_inline]] inline void all_bands(const TileProblem<T>& p, Corner<T>& at, Index rows,
                                             Index columns) {
  constexpr Index height = Index{Lanes} * Vectors;
  const auto stride = [&](Index panel) { return layout == Layout::panels ? panel : p.a_stride; };
  using Whole =
      std::conditional_t<layout == Layout::panels, PanelLanes<T, Lanes>, AllLanes<T, Lanes>>;
  for (; rows >= height; rows -= height) {
    whole_row_band<T, start, Lanes, Vectors, Columns>(p, at, stride(height), columns, Whole());
    at.a += layout == Layout::panels ? height * p.inner : height;
    at.c += height;
    if constexpr (start == Start::bias) at.bias += height;
  }
  if (rows == 0) return;
  if constexpr (Vectors > 1) {
    // As many sums as before: fewer would wait for each other.
    all_bands<T, start, layout, Lanes, 1, Columns * Vectors>(p, at, rows, columns);
  } else {
    whole_row_band<T, start, Lanes, 1, Columns>(p, at, stride(rows), columns,
                                                FirstLanes<T, Lanes>(rows));
  }
}

}  // namespace clino::kernels
