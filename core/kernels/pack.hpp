#pragma once

#include <algorithm>

#include "core/kernels/gemm.hpp"
#include "core/kernels/vector.hpp"

/// \file
/// Copies of parts of the operands, in the order in which a tile reads them.

namespace clino::kernels {

/// A part of an operand: rows from `row` on, columns from `column` on.
struct Part {
  Index row, rows, column, columns;
};

/// target[i + k * target_stride] = source[i * stride + k] for i < `Lanes`: a transposed copy of
/// `depth` columns.
template <class T, int Lanes>
void copy_transposed(const T* source, Index stride, Index depth, T* target, Index target_stride) {
  Index k = 0;
  for (; k + Lanes <= depth; k += Lanes) {
    Vector<T, Lanes> rows[Lanes];
#pragma GCC unroll 32
    for (int i = 0; i < Lanes; ++i) load(rows[i], source + k + i * stride);
    transpose<T, Lanes>(rows);
#pragma GCC unroll 32
    for (int i = 0; i < Lanes; ++i) store(rows[i], target + (k + i) * target_stride);
  }
  for (; k < depth; ++k) {
    for (Index i = 0; i < Lanes; ++i) target[i + k * target_stride] = source[k + i * stride];
  }
}

/// `height` rows of a panel, whatever their number.
template <class T, int Lanes>
void copy_panel(const Operand<T>& a, const Part& part, Index height, T* target) {
  const Index stride = a.stride;
  if (!a.transposed) {
    const T* const from = a.matrix.data + part.row + part.column * stride;
    for (Index k = 0; k < part.columns; ++k) {
      std::copy_n(from + k * stride, height, target + k * height);
    }
    return;
  }
  const T* const from = a.matrix.data + part.column + part.row * stride;
  Index i = 0;
  for (; i + Lanes <= height; i += Lanes) {
    copy_transposed<T, Lanes>(from + i * stride, stride, part.columns, target + i, height);
  }
  if (i == height) return;
  for (Index k = 0; k < part.columns; ++k) {
    for (Index row = i; row < height; ++row) target[row + k * height] = from[k + row * stride];
  }
}

/// The rows of the highest panels, column by column: what lies side by side is read together, as
/// processors like it that fetch memory before it is asked for.
template <class T, int Lanes, int Vectors>
void copy_columns(const T* from, Index stride, Index panels, Index columns, T* target) {
  constexpr Index height = Index{Lanes} * Vectors;
  for (Index k = 0; k < columns; ++k, from += stride, target += height) {
    for (Index panel = 0; panel < panels; ++panel) {
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) {
        Vector<T, Lanes> part;
        load(part, from + panel * height + v * Lanes);
        store(part, target + panel * height * columns + v * Lanes);
      }
    }
  }
}

/// The part as `Layout::panels` for tiles of `Vectors` vectors and less.
template <class T, int Lanes, int Vectors>
void copy_panels(const Operand<T>& a, Part part, T* target) {
  constexpr Index highest = Index{Lanes} * Vectors;
  if (!a.transposed) {
    const Index panels = part.rows / highest;
    copy_columns<T, Lanes, Vectors>(a.matrix.data + part.row + part.column * a.stride, a.stride,
                                    panels, part.columns, target);
    target += panels * highest * part.columns;
    part.row += panels * highest;
    part.rows -= panels * highest;
  }
  while (part.rows > 0) {
    const Index height = part.rows >= highest ? highest : std::min<Index>(part.rows, Lanes);
    copy_panel<T, Lanes>(a, part, height, target);
    target += height * part.columns;
    part.row += height;
    part.rows -= height;
  }
}

}  // namespace clino::kernels
