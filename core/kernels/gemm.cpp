#include "core/kernels/gemm.hpp"

#include <algorithm>
#include <utility>

// Eigen packs its operands into buffers; up to this many bytes they are on the stack, so that a
// product allocates nothing. The cache sizes pinned below keep them smaller.
#define EIGEN_STACK_ALLOCATION_LIMIT (3 * 1024 * 1024)
#define EIGEN_DONT_PARALLELIZE
#include <Eigen/Core>

#include "core/kernels/reduce.hpp"
#include "core/kernels/tiled_gemm.hpp"

namespace clino::kernels {

namespace {

/// Bytes of the left factor up to which the tiled kernel beats Eigen's packing: it reads the left
/// factor anew for every few columns, so that has to stay in a cache.
constexpr Index kTiledBytes = 4 * 1024 * 1024;

template <class T, Start start>
void tiled(const TileProblem<T>& problem, Index rows, Index columns) {
  constexpr int lanes = static_cast<int>(kVectorBytes / static_cast<Index>(sizeof(T)));
  constexpr int width = kVectorBytes == 64 ? 8 : 4;
  all_bands<T, start, lanes, 2, width>(problem, rows, columns);
}

template <class T>
Broadcast<T> broadcast(const Operand<T>& b) {
  return b.transposed ? Broadcast<T>{b.matrix.data, b.matrix.rows, 1}
                      : Broadcast<T>{b.matrix.data, 1, b.matrix.rows};
}

template <class T>
using EigenView = Eigen::Map<Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic>>;
template <class T>
using EigenConstView = Eigen::Map<const Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic>>;

template <class T>
EigenConstView<T> eigen(Matrix<const T> m) {
  return {m.data, m.rows, m.columns};
}

/// Eigen cuts its blocks by the sizes of the caches; pinned, the same shapes give the same bits on
/// every machine with the same instruction set.
void pin_cache_sizes() {
  static const bool done = [] {
    Eigen::setCpuCacheSizes(32 * 1024, 512 * 1024, 1024 * 1024);
    return true;
  }();
  (void)done;
}

template <class T, class A, class B>
void eigen_product(const A& a, const B& b, Matrix<T> c, bool accumulate) {
  pin_cache_sizes();
  EigenView<T> target(c.data, c.rows, c.columns);
  if (accumulate) {
    target.noalias() += a * b;
  } else {
    target.noalias() = a * b;
  }
}

template <class T>
void large(const Operand<T>& a, const Operand<T>& b, Matrix<T> c, bool accumulate) {
  const auto left = eigen(a.matrix);
  const auto right = eigen(b.matrix);
  if (a.transposed && b.transposed) {
    eigen_product(left.transpose(), right.transpose(), c, accumulate);
  } else if (a.transposed) {
    eigen_product(left.transpose(), right, c, accumulate);
  } else if (b.transposed) {
    eigen_product(left, right.transpose(), c, accumulate);
  } else {
    eigen_product(left, right, c, accumulate);
  }
}

/// Sums of the rows from `row` on: as many at a time as a vector has lanes, their sums staying in
/// registers, then the rest with narrower vectors.
template <class T, int Lanes>
void sum_bands(Matrix<const T> m, T* sums, Index row) {
  for (; row + Lanes <= m.rows; row += Lanes) {
    Vector<T, Lanes> total;
    load(total, sums + row);
    for (Index j = 0; j < m.columns; ++j) {
      Vector<T, Lanes> column;
      load(column, m.data + row + j * m.rows);
      total += column;
    }
    store(total, sums + row);
  }
  if constexpr (Lanes > 1) {
    if (row < m.rows) sum_bands<T, narrower<T>(Lanes)>(m, sums, row);
  }
}

template <class T>
bool fits_tiles(Index rows, Index inner) {
  return rows * inner * static_cast<Index>(sizeof(T)) <= kTiledBytes;
}

}  // namespace

template <class T>
void multiply(Operand<T> a, Operand<T> b, Matrix<T> c, bool accumulate, std::span<T> scratch) {
  if (c.rows == 0 || c.columns == 0) return;
  Index rows = c.rows;
  Index columns = c.columns;
  Index c_stride = c.rows;
  if (rows == 1 && b.transposed) {
    // One row times a transpose: the same numbers as matrix times column, with long vectors.
    std::swap(a, b);
    a.transposed = !a.transposed;
    b.transposed = !b.transposed;
    std::swap(rows, columns);
    c_stride = rows;
  }
  const Index inner = a.columns();
  const auto wanted = static_cast<std::size_t>(a.matrix.size());
  const bool copies = a.transposed && scratch.size() >= wanted;
  if (!fits_tiles<T>(rows, inner) || (a.transposed && !copies)) {
    large(a, b, Matrix<T>{c.data, rows, columns}, accumulate);
    return;
  }
  if (copies) {
    transpose(a.matrix, scratch.first(wanted));
    a = plain(Matrix<const T>{scratch.data(), rows, inner});
  }
  const TileProblem<T> problem{.inner = inner,
                               .a = a.matrix.data,
                               .a_stride = rows,
                               .b = broadcast(b),
                               .c = c.data,
                               .c_stride = c_stride,
                               .bias = nullptr};
  if (accumulate) {
    tiled<T, Start::sum>(problem, rows, columns);
  } else {
    tiled<T, Start::zero>(problem, rows, columns);
  }
}

template <class T>
void multiply_add_bias(Matrix<const T> a, Matrix<const T> b, Matrix<const T> bias, Matrix<T> c) {
  if (fits_tiles<T>(a.rows, a.columns)) {
    tiled<T, Start::bias>({.inner = a.columns,
                           .a = a.data,
                           .a_stride = a.rows,
                           .b = broadcast(plain(b)),
                           .c = c.data,
                           .c_stride = c.rows,
                           .bias = bias.data},
                          c.rows, c.columns);
    return;
  }
  for (Index j = 0; j < c.columns; ++j) std::copy_n(bias.data, c.rows, c.data + j * c.rows);
  large(plain(a), plain(b), c, true);
}

template <class T>
void add_row_sums(Matrix<const T> m, Matrix<T> sums) {
  if (m.rows == 1) {
    sums.data[0] += static_cast<T>(
        sum(m.elements().size(), [&](std::size_t j) { return static_cast<double>(m.data[j]); }));
    return;
  }
  constexpr int lanes = static_cast<int>(kVectorBytes / static_cast<Index>(sizeof(T)));
  sum_bands<T, lanes>(m, sums.data, 0);
}

template <class T>
void transpose(Matrix<const T> a, std::span<T> b) {
  constexpr Index block = 16;
  for (Index j0 = 0; j0 < a.columns; j0 += block) {
    const Index j1 = std::min(j0 + block, a.columns);
    for (Index i = 0; i < a.rows; ++i) {
      T* target = b.data() + i * a.columns;
      for (Index j = j0; j < j1; ++j) target[j] = a.data[i + j * a.rows];
    }
  }
}

#define CLINO_TEXT(x) #x
#define CLINO_VALUE(x) CLINO_TEXT(x)
const char* gemm_backend() {
  return "eigen " CLINO_VALUE(EIGEN_WORLD_VERSION) "." CLINO_VALUE(
      EIGEN_MAJOR_VERSION) "." CLINO_VALUE(EIGEN_MINOR_VERSION) " + tiled";
}
#undef CLINO_VALUE
#undef CLINO_TEXT

#define CLINO_INSTANTIATE(T)                                                            \
  template void multiply<T>(Operand<T>, Operand<T>, Matrix<T>, bool, std::span<T>);     \
  template void multiply_add_bias<T>(Matrix<const T>, Matrix<const T>, Matrix<const T>, \
                                     Matrix<T>);                                        \
  template void add_row_sums<T>(Matrix<const T>, Matrix<T>);                            \
  template void transpose<T>(Matrix<const T>, std::span<T>);
CLINO_INSTANTIATE(float)
CLINO_INSTANTIATE(double)
#undef CLINO_INSTANTIATE

}  // namespace clino::kernels
