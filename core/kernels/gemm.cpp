#include "core/kernels/gemm.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/kernels/reduce.hpp"
#include "core/kernels/tiled_gemm.hpp"

namespace clino::kernels {

namespace {

/// Bytes of the left factor up to which it is read where it stands: it is read anew for every few
/// columns, so it has to stay in a cache.
constexpr Index kInPlaceBytes = 1024 * 1024;
/// Rows and inner indices of the block that a larger or transposed one is copied to: 512 KiB of
/// float, half a second-level cache.
constexpr Index kBlockRows = 128;
constexpr Index kBlockInner = 1024;
/// Inner indices that a block has room for, at the least.
constexpr Index kLeastInner = 64;
/// Columns of a block whose sums are kept in `T`.
constexpr Index kSummedColumns = 128;

template <class T>
constexpr int kLanes = static_cast<int>(kVectorBytes / static_cast<Index>(sizeof(T)));

template <class T, Start start>
void tiled(const TileProblem<T>& problem, Index rows, Index columns) {
  constexpr int width = kVectorBytes == 64 ? 8 : 4;
  all_bands<T, start, kLanes<T>, 2, width>(problem, rows, columns);
}

template <class T>
void tiled(Start start, const TileProblem<T>& problem, Index rows, Index columns) {
  switch (start) {
    case Start::zero:
      return tiled<T, Start::zero>(problem, rows, columns);
    case Start::sum:
      return tiled<T, Start::sum>(problem, rows, columns);
    case Start::bias:
      return tiled<T, Start::bias>(problem, rows, columns);
  }
}

template <class T>
Broadcast<T> broadcast(const Operand<T>& b) {
  return b.transposed ? Broadcast<T>{b.matrix.data, b.matrix.rows, 1}
                      : Broadcast<T>{b.matrix.data, 1, b.matrix.rows};
}

/// A block of the left factor: rows `row` to `row + rows`, inner indices `inner` to `inner +
/// depth`.
struct Block {
  Index row, rows, inner, depth;
};

/// target[i + k * rows] = element (row + i, inner + k) of the operand.
template <class T>
void copy_block(const Operand<T>& a, const Block& block, T* target) {
  const T* const from = a.matrix.data;
  const Index stride = a.matrix.rows;
  if (!a.transposed) {
    for (Index k = 0; k < block.depth; ++k) {
      std::copy_n(from + block.row + (block.inner + k) * stride, block.rows,
                  target + k * block.rows);
    }
    return;
  }
  // A few rows at a time: the lines that are written stay in the first-level cache.
  constexpr Index at_once = 16;
  for (Index i0 = 0; i0 < block.rows; i0 += at_once) {
    const Index i1 = std::min(i0 + at_once, block.rows);
    for (Index k = 0; k < block.depth; ++k) {
      const T* const source = from + (block.inner + k) + block.row * stride;
      for (Index i = i0; i < i1; ++i) target[i + k * block.rows] = source[i * stride];
    }
  }
}

/// The product by copied blocks of the left factor.
template <class T>
void blocked(const Operand<T>& a, TileProblem<T> whole, Start start, Index rows, Index columns,
             std::span<T> scratch) {
  const Index deepest = static_cast<Index>(scratch.size()) / std::min(rows, kBlockRows);
  Index inner = 0;
  do {
    const Index depth = std::min(deepest, whole.inner - inner);
    for (Index row = 0; row < rows; row += kBlockRows) {
      const Block block{row, std::min(kBlockRows, rows - row), inner, depth};
      copy_block(a, block, scratch.data());
      TileProblem<T> part = whole;
      part.inner = depth;
      part.a = scratch.data();
      part.a_stride = block.rows;
      part.b.data += inner * whole.b.step;
      part.c += row;
      if (start == Start::bias) part.bias += row;
      tiled(inner == 0 ? start : Start::sum, part, block.rows, columns);
    }
    inner += depth;
  } while (inner < whole.inner);
}

template <class T>
void product(const Operand<T>& a, const Operand<T>& b, Matrix<T> c, Start start, const T* bias,
             std::span<T> scratch) {
  const TileProblem<T> problem{.inner = a.columns(),
                               .a = a.matrix.data,
                               .a_stride = a.matrix.rows,
                               .b = broadcast(b),
                               .c = c.data,
                               .c_stride = c.rows,
                               .bias = bias};
  const bool in_place =
      !a.transposed && a.matrix.size() * static_cast<Index>(sizeof(T)) <= kInPlaceBytes;
  if (in_place) {
    tiled(start, problem, c.rows, c.columns);
  } else {
    blocked(a, problem, start, c.rows, c.columns, scratch);
  }
}

/// Sums of the rows from `row` on: as many at a time as a vector has lanes, their sums staying in
/// registers, then the rest with narrower vectors.
template <class T, int Lanes>
void sum_bands(Matrix<const T> m, T* sums, Index row) {
  for (; row + Lanes <= m.rows; row += Lanes) {
    std::array<double, Lanes> total = {};
    for (Index first = 0; first < m.columns; first += kSummedColumns) {
      const Index last = std::min(first + kSummedColumns, m.columns);
      std::array<T, Lanes> part;
      Vector<T, Lanes> sum{};
      for (Index j = first; j < last; ++j) {
        Vector<T, Lanes> column;
        load(column, m.data + row + j * m.rows);
        sum += column;
      }
      store(sum, part.data());
      for (std::size_t i = 0; i < Lanes; ++i) total[i] += static_cast<double>(part[i]);
    }
    for (std::size_t i = 0; i < Lanes; ++i) {
      T& target = sums[row + static_cast<Index>(i)];
      target = static_cast<T>(static_cast<double>(target) + total[i]);
    }
  }
  if constexpr (Lanes > 1) {
    if (row < m.rows) sum_bands<T, narrower<T>(Lanes)>(m, sums, row);
  }
}

}  // namespace

Index scratch_size(Index rows, Index columns) {
  const auto block = [](Index height, Index depth) {
    return std::min(height, kBlockRows) * std::min(depth, kBlockInner);
  };
  const Index least = std::min(std::max(rows, columns), kBlockRows) * kLeastInner;
  return std::max({block(rows, columns), block(columns, rows), least});
}

template <class T>
void multiply(Operand<T> a, Operand<T> b, Matrix<T> c, bool accumulate, std::span<T> scratch) {
  if (c.rows == 0 || c.columns == 0) return;
  if (c.rows == 1 && b.transposed) {
    // One row times a transpose: the same numbers as matrix times column, with long vectors.
    std::swap(a, b);
    a.transposed = !a.transposed;
    b.transposed = !b.transposed;
    std::swap(c.rows, c.columns);
  }
  product(a, b, c, accumulate ? Start::sum : Start::zero, static_cast<const T*>(nullptr), scratch);
}

template <class T>
void multiply_add_bias(Matrix<const T> a, Matrix<const T> b, Matrix<const T> bias, Matrix<T> c,
                       std::span<T> scratch) {
  if (c.rows == 0 || c.columns == 0) return;
  product(plain(a), plain(b), c, Start::bias, bias.data, scratch);
}

template <class T>
void add_row_sums(Matrix<const T> m, Matrix<T> sums) {
  if (m.rows == 1) {
    const double total = sum(static_cast<std::size_t>(m.columns),
                             [&](std::size_t j) { return static_cast<double>(m.data[j]); });
    sums.data[0] = static_cast<T>(static_cast<double>(sums.data[0]) + total);
    return;
  }
  sum_bands<T, kLanes<T>>(m, sums.data, 0);
}

const char* gemm_backend() {
#if defined(__AVX512F__)
  return "tiled avx512";
#elif defined(__FMA__)
  return "tiled fma";
#else
  return "tiled";
#endif
}

#define CLINO_INSTANTIATE(T)                                                                       \
  template void multiply<T>(Operand<T>, Operand<T>, Matrix<T>, bool, std::span<T>);                \
  template void multiply_add_bias<T>(Matrix<const T>, Matrix<const T>, Matrix<const T>, Matrix<T>, \
                                     std::span<T>);                                                \
  template void add_row_sums<T>(Matrix<const T>, Matrix<T>);
CLINO_INSTANTIATE(float)
CLINO_INSTANTIATE(double)
#undef CLINO_INSTANTIATE

}  // namespace clino::kernels
