#include "core/kernels/gemm.hpp"

#include <algorithm>
#include <array>

#include "core/aligned_block.hpp"
#include "core/kernels/pack.hpp"
#include "core/kernels/reduce.hpp"
#include "core/kernels/tiled_gemm.hpp"

namespace clino::kernels {

namespace {

/// A left factor of so many bytes, and so many a column, is read where it stands: it is read anew
/// for every few columns of the result, so it has to stay in a cache, on few pages.
constexpr Index kInPlaceBytes = 1024 * 1024;
constexpr Index kInPlaceColumnBytes = 2048;
/// Any other, and one that is transposed, is copied part by part to panels: so many elements at a
/// time, which for float are 512 KiB, a quarter or half of a second-level cache.
constexpr Index kPartElements = 128 * 1024;
/// Inner indices of a part: columns of the right factor as long as this stay in the first-level
/// cache.
constexpr Index kDeepestPart = 512;
/// The right factor is copied, too, where more vectors of rows of the left one than this go by: a
/// column of it that lies whole, or whose elements lie a row apart.
constexpr Index kVectorsPerCopy = 16;
constexpr Index kVectorsPerCopyOfRows = 4;
/// Columns of a block whose sums are kept in `T`.
constexpr Index kSummedColumns = 128;

template <class T>
constexpr int kLanes = static_cast<int>(kVectorBytes / static_cast<Index>(sizeof(T)));
constexpr int kTileVectors = 2;
constexpr int kTileColumns = kVectorBytes == 64 ? 8 : 4;

/// How the inner index and the rows are cut into parts of at most `room` elements, which is 512 for
/// each inner index or more than a hundred thousand.
struct Parts {
  Index depth, rows;

  Parts(Index all_rows, Index inner, Index room) : depth(inner), rows(all_rows) {
    if (inner > kDeepestPart) {
      const Index count = (inner + kDeepestPart - 1) / kDeepestPart;
      depth = (inner + count - 1) / count;
    }
    if (depth * rows > room) rows = room / depth / 64 * 64;
  }
};

template <class T, Start start, Layout layout>
void tiled(const TileProblem<T>& problem, Index rows, Index columns) {
  Corner<T> first{problem.a, problem.b.data, problem.c, problem.bias};
  all_bands<T, start, layout, kLanes<T>, kTileVectors, kTileColumns>(problem, first, rows, columns);
}

template <class T, Layout layout>
void tiled(Start start, const TileProblem<T>& problem, Index rows, Index columns) {
  switch (start) {
    case Start::zero:
      return tiled<T, Start::zero, layout>(problem, rows, columns);
    case Start::sum:
      return tiled<T, Start::sum, layout>(problem, rows, columns);
    case Start::bias:
      return tiled<T, Start::bias, layout>(problem, rows, columns);
  }
}

template <class T>
Broadcast<T> broadcast(const Operand<T>& b) {
  return b.transposed ? Broadcast<T>{b.matrix.data, b.stride, 1}
                      : Broadcast<T>{b.matrix.data, 1, b.stride};
}

/// The transpose of an operand.
template <class T>
Operand<T> turned(Operand<T> operand) {
  operand.transposed = !operand.transposed;
  return operand;
}

/// The product of a part of the left factor, as panels, with all columns of the right one: those of
/// a tile at a time, which stay near while the panels go by. `right`: the right factor as panels as
/// wide as a tile, where it was copied to them.
template <class T>
void part_product(Start start, TileProblem<T> p, Index rows, Index columns, const T* right) {
  const bool one_panel = rows <= Index{kTileVectors} * kLanes<T>;
  const Index most = one_panel && right == nullptr ? columns : kTileColumns;
  for (Index j = 0; j < columns; j += most) {
    const Index width = std::min(most, columns - j);
    if (right != nullptr) p.b = {right + j * p.inner, width, 1};
    tiled<T, Layout::panels>(start, p, rows, width);
    p.b.data += width * p.b.stride;
    p.c += width * p.c_stride;
  }
}

/// Whether copying the right factor is repaid by the panels of the left one that go by.
template <class T>
bool copies_right(const Broadcast<T>& b, Index rows) {
  return rows > (b.step == 1 ? kVectorsPerCopy : kVectorsPerCopyOfRows) * kLanes<T>;
}

/// The product by parts of both factors. Not inline: products of small nets go past it.
template <class T>
[[gnu::noinline]] void product_by_parts(const Operand<T>& a, const Operand<T>& b,
                                        const TileProblem<T>& whole, Start start, Index rows,
                                        Index columns, std::span<T> scratch) {
  const Index room = std::min(kPartElements, static_cast<Index>(scratch.size() / 2));
  const Parts parts(rows, whole.inner, room);
  const bool copies = copies_right(whole.b, rows);
  T* const right = scratch.data() + scratch.size() / 2;
  const Index most =
      copies ? room / std::max<Index>(parts.depth, 1) / kTileColumns * kTileColumns : columns;
  Index inner = 0;
  do {
    const Index depth = std::min(parts.depth, whole.inner - inner);
    const Start begin = inner == 0 ? start : Start::sum;
    for (Index column = 0; column < columns; column += most) {
      const Index width = std::min(most, columns - column);
      if (copies) {
        copy_panels<T, kTileColumns, 1>(turned(b), {column, width, inner, depth}, right);
      }
      for (Index row = 0; row < rows; row += parts.rows) {
        const Part part{row, std::min(parts.rows, rows - row), inner, depth};
        if (column == 0 || part.rows < rows) {  // else it is there
          copy_panels<T, kLanes<T>, kTileVectors>(a, part, scratch.data());
        }
        TileProblem<T> problem = whole;
        problem.inner = depth;
        problem.a = scratch.data();
        problem.b.data += inner * whole.b.step;
        problem.c += row + column * whole.c_stride;
        if (start == Start::bias) problem.bias += row;
        part_product(begin, problem, part.rows, width, copies ? right : nullptr);
      }
    }
    inner += depth;
  } while (inner < whole.inner);
}

template <class T>
void product(const Operand<T>& a, const Operand<T>& b, const Matrix<T>& c, Start start,
             const T* bias, std::span<T> scratch) {
  if (a.transposed && a.matrix.rows == 1 && a.stride == 1) {
    // The transpose of a row is a column that lies the same way.
    const Operand<T> column = plain(Matrix<const T>{a.matrix.data, a.matrix.columns, 1});
    return product(column, b, c, start, bias, scratch);
  }
  const TileProblem<T> problem{.inner = a.columns(),
                               .a = a.matrix.data,
                               .a_stride = a.stride,
                               .b = broadcast(b),
                               .c = c.data,
                               .c_stride = c.rows,
                               .bias = bias};
  constexpr auto bytes = [](Index elements) { return elements * static_cast<Index>(sizeof(T)); };
  const bool few_columns = c.columns <= kTileColumns;  // nothing is read twice
  const bool in_place =
      !a.transposed && (few_columns || (bytes(a.matrix.size()) <= kInPlaceBytes &&
                                        bytes(a.matrix.rows) <= kInPlaceColumnBytes));
  if (in_place) {
    tiled<T, Layout::matrix>(start, problem, c.rows, c.columns);
  } else if (a.matrix.size() <= std::min(kPartElements, static_cast<Index>(scratch.size())) &&
             problem.inner <= kDeepestPart && !copies_right(problem.b, c.rows)) {
    // The only part: products of small nets shall not pay for others.
    copy_panels<T, kLanes<T>, kTileVectors>(a, {0, c.rows, 0, problem.inner}, scratch.data());
    TileProblem<T> panels = problem;
    panels.a = scratch.data();
    part_product<T>(start, panels, c.rows, c.columns, nullptr);
  } else {
    product_by_parts(a, b, problem, start, c.rows, c.columns, scratch);
  }
}

/// Adds the sums of as many rows as a vector has lanes, which stay in registers.
template <class T, class Rows>
void sum_band(Matrix<const T> m, Index row, Index count, const Rows& rows, bool accumulate,
              T* sums) {
  constexpr int lanes = kLanes<T>;
  std::array<double, lanes> total = {};
  for (Index first = 0; first < m.columns; first += kSummedColumns) {
    const Index last = std::min(first + kSummedColumns, m.columns);
    std::array<T, lanes> part;
    // Four sums, or each addition would wait for the one before.
    Vector<T, lanes> sums_of[4] = {};
    const auto add = [&](Index j, Vector<T, lanes>& sum) {
      Vector<T, lanes> column;
      rows.load(column, m.data + row + j * m.rows);
      sum += column;
    };
    Index j = first;
    for (; j + 4 <= last; j += 4) {
      for (int k = 0; k < 4; ++k) add(j + k, sums_of[k]);
    }
    for (int k = 0; j < last; ++j, ++k) add(j, sums_of[k]);
    store((sums_of[0] + sums_of[1]) + (sums_of[2] + sums_of[3]), part.data());
    for (std::size_t i = 0; i < lanes; ++i) total[i] += static_cast<double>(part[i]);
  }
  for (Index i = 0; i < count; ++i) {
    T& target = sums[row + i];
    const double before = accumulate ? static_cast<double>(target) : 0;
    target = static_cast<T>(before + total[static_cast<std::size_t>(i)]);
  }
}

}  // namespace

Index scratch_size(Index rows, Index columns) {
  const Index part = std::min(kPartElements, std::max(rows, columns) * kDeepestPart);
  return 2 * AlignedBlock<float>::padded(part);  // of either factor
}

template <class T>
void multiply(const Operand<T>& a, const Operand<T>& b, const Matrix<T>& c, bool accumulate,
              std::span<T> scratch) {
  if (c.rows == 0 || c.columns == 0) return;
  const Start start = accumulate ? Start::sum : Start::zero;
  constexpr const T* kNoBias = nullptr;
  if (c.rows == 1) {
    // A row times a matrix is the transposed matrix times a column: the same numbers, in long
    // vectors.
    product(turned(b), turned(a), {c.data, c.columns, 1}, start, kNoBias, scratch);
  } else {
    product(a, b, c, start, kNoBias, scratch);
  }
}

template <class T>
void multiply_add_bias(Matrix<const T> a, Matrix<const T> b, Matrix<const T> bias, Matrix<T> c,
                       std::span<T> scratch) {
  if (c.rows == 0 || c.columns == 0) return;
  if (c.rows == 1) {
    std::fill_n(c.data, c.columns, bias.data[0]);
    return multiply(plain(a), plain(b), c, true, scratch);
  }
  product(plain(a), plain(b), c, Start::bias, bias.data, scratch);
}

template <class T>
void row_sums(Matrix<const T> m, Matrix<T> sums, bool accumulate, IndexRange rows) {
  if (m.rows == 1 && !rows.empty()) {
    const double total = sum(static_cast<std::size_t>(m.columns),
                             [&](std::size_t j) { return static_cast<double>(m.data[j]); });
    const double before = accumulate ? static_cast<double>(sums.data[0]) : 0;
    sums.data[0] = static_cast<T>(before + total);
    return;
  }
  constexpr Index lanes = kLanes<T>;
  Index row = rows.first;
  for (; row + lanes <= rows.last; row += lanes) {
    sum_band(m, row, lanes, AllLanes<T, lanes>(), accumulate, sums.data);
  }
  const Index rest = rows.last - row;
  if (rest > 0) sum_band(m, row, rest, FirstLanes<T, lanes>(rest), accumulate, sums.data);
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
  template void multiply<T>(const Operand<T>&, const Operand<T>&, const Matrix<T>&, bool,          \
                            std::span<T>);                                                         \
  template void multiply_add_bias<T>(Matrix<const T>, Matrix<const T>, Matrix<const T>, Matrix<T>, \
                                     std::span<T>);                                                \
  template void row_sums<T>(Matrix<const T>, Matrix<T>, bool, IndexRange);
CLINO_INSTANTIATE(float)
CLINO_INSTANTIATE(double)
#undef CLINO_INSTANTIATE

}  // namespace clino::kernels
