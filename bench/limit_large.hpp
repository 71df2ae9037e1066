#pragma once

#include <algorithm>

#include "bench/limit_kernels.hpp"

/// \file
/// Products of the limit probe whose factors no cache holds: they are copied to where they are read
/// in order, in blocks of the inner index (as in Goto and van de Geijn, "Anatomy of
/// high-performance matrix multiplication", 2008). Sums of a band wait in a second-level cache for
/// the next block.

namespace limit {

/// Elements of a left factor from which on it is copied.
inline constexpr Index kLarge = 1 << 18;
inline constexpr Index kDepth = 512;

inline bool is_large(Index rows, Index inner) {
  return rows * inner >= kLarge && rows % kHeight == 0 && inner % kLanes == 0;
}

/// Inner indices `first` to `first + depth` of all columns, `kColumns` at a time, the last with
/// zeros.
inline void pack_right(Right b, Index first, Index depth, Index columns, float* target) {
  for (Index j = 0; j < columns; j += kColumns) {
    const Index count = std::min(Index{kColumns}, columns - j);
    for (Index i = 0; i < kColumns; ++i) {
      const float* const source = b.data + (j + i) * b.stride + first * b.step;
      for (Index k = 0; k < depth; ++k)
        target[k * kColumns + i] = i < count ? source[k * b.step] : 0;
    }
    target += depth * kColumns;
  }
}

/// `kHeight` rows from `row`, inner indices `first` to `first + depth`.
inline void pack_left(Left a, Index row, Index first, Index depth, float* target) {
  if (!a.transposed) {
    for (Index k = 0; k < depth; ++k) {
      std::copy_n(a.data + row + (first + k) * a.stride, kHeight, target + k * kHeight);
    }
    return;
  }
  for (Index i = 0; i < kHeight; i += kLanes) {
    for (Index k = 0; k < depth; k += kLanes) {
      transpose(a.data + first + k + (row + i) * a.stride, a.stride, target + i + k * kHeight,
                kHeight);
    }
  }
}

/// A tile's share of one block; its sums so far are in `sums` unless this is the first block.
template <class Done>
void large_tile(const float* left, const float* right, Index depth, float* sums, bool begins,
                bool ends, Index columns, const Done& done) {
  V sum[kVectors][kColumns] = {};
  if (!begins) {
#pragma GCC unroll 8
    for (int j = 0; j < kColumns; ++j) {
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v) load(sum[v][j], sums + j * kHeight + v * kLanes);
    }
  }
  accumulate({left, kHeight}, {right, kColumns, 1}, depth, sum);
#pragma GCC unroll 8
  for (int j = 0; j < kColumns; ++j) {
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) {
      if (!ends) {
        store(sum[v][j], sums + j * kHeight + v * kLanes);
      } else if (j < columns) {
        done(v * kLanes, j, sum[v][j]);
      }
    }
  }
}

/// As `small_product`; `scratch` as `scratch_size` says.
template <class Done>
void large_product(Left a, Index rows, Right b, Index columns, Index inner, float* scratch,
                   const Done& done) {
  const Index strips = (columns + kColumns - 1) / kColumns;
  float* const left = scratch;
  float* const sums = left + kHeight * kDepth;
  float* const right = sums + kHeight * strips * kColumns;
  for (Index first = 0; first < inner; first += kDepth) {
    pack_right(b, first, std::min(kDepth, inner - first), columns,
               right + first * strips * kColumns);
  }
  for (Index row = 0; row < rows; row += kHeight) {
    for (Index first = 0; first < inner; first += kDepth) {
      const Index depth = std::min(kDepth, inner - first);
      pack_left(a, row, first, depth, left);
      const float* strip = right + first * strips * kColumns;
      for (Index j = 0; j < columns; j += kColumns, strip += depth * kColumns) {
        large_tile(left, strip, depth, sums + j * kHeight, first == 0, first + depth == inner,
                   columns - j, [&](Index i, Index c, V sum) { done(row + i, j + c, sum); });
      }
    }
  }
}

/// Elements of scratch for a product of so many columns and inner indices.
inline Index scratch_size(Index columns, Index inner) {
  return kHeight * kDepth + (kHeight + inner) * (columns + kColumns);
}

template <class Done>
void product(Left a, Index rows, Right b, Index columns, Index inner, float* scratch,
             const Done& done) {
  if (is_large(rows, inner)) return large_product(a, rows, b, columns, inner, scratch, done);
  small_product(a, rows, b, columns, inner, done);
}

}  // namespace limit
