#pragma once

#include <cstddef>
#include <span>
#include <type_traits>

/// \file
/// The numbers and views that every folder shares.

namespace clino {

/// Signed sizes and indices, as in Eigen: differences of indices stay meaningful.
using Index = std::ptrdiff_t;

/// The type in which sums over elements of `T` are accumulated: double for both element types,
/// because a float sum over a batch of squares loses digits, and squares of float underflow.
template <class T>
using accumulate_t = double;

/// A view of a column-major, contiguous matrix: element (i, j) stands at `data[i + j * rows]`.
/// In a batch the rows are features and the columns are samples, so that the first columns of a
/// matrix are a smaller batch. Owns nothing; copying a view copies a pointer.
template <class T>
struct Matrix {
  T* data = nullptr;
  Index rows = 0;
  Index columns = 0;

  T& operator()(Index row, Index column) const { return data[row + column * rows]; }
  Index size() const { return rows * columns; }
  bool empty() const { return data == nullptr; }
  std::span<T> elements() const { return {data, static_cast<std::size_t>(size())}; }
  std::span<T> column(Index j) const { return {data + j * rows, static_cast<std::size_t>(rows)}; }
  /// `count` columns from `first` on.
  Matrix some_columns(Index first, Index count) const { return {data + first * rows, rows, count}; }
  /// A view of mutable elements is a view of constant ones.
  operator Matrix<const T>() const  // NOLINT(google-explicit-constructor)
      requires(!std::is_const_v<T>) {
    return {data, rows, columns};
  }
};

}  // namespace clino
