#pragma once

#include <span>

#include "core/types.hpp"

/// \file
/// The one door for matrix products. What stands behind it is chosen by shape: a register-tiled
/// kernel of our own for the small and medium shapes of MLPs, Eigen for large ones
/// (docs/decisions/0002-matrix-products.md has the measurements).

namespace clino::kernels {

/// An operand: a matrix, or its transpose.
template <class T>
struct Operand {
  Matrix<const T> matrix;
  bool transposed = false;

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

/// c = a b, or c += a b. `c` must not overlap the operands. A transposed `a` is copied to
/// `scratch` where that has room for it (a.size() elements) and the small kernel applies; without
/// scratch the product is right all the same.
template <class T>
void multiply(Operand<T> a, Operand<T> b, Matrix<T> c, bool accumulate, std::span<T> scratch = {});

/// c = a b + bias, the bias [rows, 1] added to every column.
template <class T>
void multiply_add_bias(Matrix<const T> a, Matrix<const T> b, Matrix<const T> bias, Matrix<T> c);

/// sums[i] += sum of row i of m, over blocks of columns in a fixed order.
template <class T>
void add_row_sums(Matrix<const T> m, Matrix<T> sums);

/// b = a^T, both contiguous.
template <class T>
void transpose(Matrix<const T> a, std::span<T> b);

/// What stands behind the door, for summary.json: "eigen 3.4.0 + tiled".
const char* gemm_backend();

}  // namespace clino::kernels
