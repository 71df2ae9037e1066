#pragma once

#include <span>

#include "core/share.hpp"
#include "core/types.hpp"

/// \file
/// The one door for matrix products: a register-tiled kernel of our own for every shape
/// (docs/decisions/0002-matrix-products.md has the measurements). Each element is a sum over the
/// inner index in its natural order, with fused multiply-add where the processor has it: its bits
/// depend neither on the other rows and columns nor on how the work is cut.

namespace clino::kernels {

/// An operand: a matrix, or its transpose.
template <class T>
struct Operand {
  Matrix<const T> matrix;
  bool transposed = false;
  Index stride = matrix.rows;  ///< from one column of the matrix to the next

  Index rows() const { return transposed ? matrix.columns : matrix.rows; }
  Index columns() const { return transposed ? matrix.rows : matrix.columns; }
};

template <class T>
Operand<T> plain(Matrix<const T> matrix) {
  return {matrix, false};
}
template <class T>
Operand<T> transposed(Matrix<const T> matrix) {
  return {matrix, true};
}
/// The transpose of some rows of a matrix.
template <class T>
Operand<T> transposed_rows(Matrix<const T> matrix, IndexRange rows) {
  return {{matrix.data + rows.first, rows.size(), matrix.columns}, true, matrix.rows};
}

/// Elements of scratch that products want with a left or right factor [rows, columns], whichever
/// way round.
Index scratch_size(Index rows, Index columns);

/// c = a b, or c += a b. `c` must not overlap the operands. A left factor that is transposed or too
/// large for a cache is copied part by part to `scratch`, which has `scratch_size` elements, and
/// so is the right one where many rows go by.
template <class T>
void multiply(const Operand<T>& a, const Operand<T>& b, const Matrix<T>& c, bool accumulate,
              std::span<T> scratch);

/// c = a b + bias, the bias [rows, 1] added to every column.
template <class T>
void multiply_add_bias(Matrix<const T> a, Matrix<const T> b, Matrix<const T> bias, Matrix<T> c,
                       std::span<T> scratch);

/// sums[i] = sum of row i of m, or sums[i] += that sum, for the given rows: in T over blocks of
/// columns, in double over the blocks, in a fixed order.
template <class T>
void row_sums(Matrix<const T> m, Matrix<T> sums, bool accumulate, IndexRange rows);

/// What stands behind the door, for summary.json: "tiled avx512".
const char* gemm_backend();

}  // namespace clino::kernels
