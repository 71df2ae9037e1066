#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string>

#include "core/errors.hpp"
#include "core/operation.hpp"

/// \file
/// What the normalisations share. Only their .cpp files include it.

namespace clino {

/// Calls use(i, sum over j of term(i, j)) for every row. Sums in double, several rows at a time,
/// so that a column-major matrix is read in the order of memory.
template <class Term, class Use>
void for_row_sums(Index rows, Index columns, const Term& term, const Use& use) {
  constexpr Index kBlock = 64;
  std::array<double, static_cast<std::size_t>(kBlock)> sums;
  for (Index first = 0; first < rows; first += kBlock) {
    const Index count = std::min(kBlock, rows - first);
    sums.fill(0);
    for (Index j = 0; j < columns; ++j) {
      for (Index i = 0; i < count; ++i) {
        sums[static_cast<std::size_t>(i)] += static_cast<double>(term(first + i, j));
      }
    }
    for (Index i = 0; i < count; ++i) use(first + i, sums[static_cast<std::size_t>(i)]);
  }
}

/// sum over i of term(i), in interleaved parts, so that it becomes vector code. For columns, which
/// are short: up to 128 terms the 32 parts of core/kernels/reduce.hpp take 2 to 8 times as long.
template <class Term>
double sum_of(Index count, const Term& term) {
  constexpr Index kParts = 8;
  std::array<double, static_cast<std::size_t>(kParts)> parts = {};
  const Index whole = count - count % kParts;
  for (Index i = 0; i < whole; i += kParts) {
    for (Index k = 0; k < kParts; ++k) {
      parts[static_cast<std::size_t>(k)] += static_cast<double>(term(i + k));
    }
  }
  double sum = 0;
  for (Index i = whole; i < count; ++i) sum += static_cast<double>(term(i));
  for (const double part : parts) sum += part;
  return sum;
}

/// 1 / sqrt(variance + epsilon).
template <class T>
T inverse_deviation(double variance, double epsilon) {
  return static_cast<T>(1 / std::sqrt(variance + epsilon));
}

/// Adds to one element of a gradient that may not be wanted.
template <class T>
void add_if_wanted(const Matrix<T>& gradient, Index row, double amount) {
  if (!gradient.empty()) gradient(row, 0) += static_cast<T>(amount);
}

/// `value`, if it is in the range.
inline double require_in(const Range& range, std::string_view kind, std::string_view name,
                         double value) {
  if (range.contains(value)) return value;
  throw UsageError("[" + std::string(kind) + "] " + std::string(name) + " must be " +
                   describe(range) + ", found " + to_text(OptionValue(value)));
}

/// The shape of x, where the next `vectors` inputs are [features, 1].
inline Shape infer_normalization(std::string_view kind, std::span<const Shape> inputs,
                                 std::size_t vectors) {
  const Shape wanted{inputs[0].rows, 1};
  for (const Shape& shape : inputs.subspan(1, vectors)) {
    if (shape == wanted) continue;
    throw ShapeError("[" + std::string(kind) + "] values " + to_text(inputs[0]) +
                     " need weights and statistics of " + to_text(wanted) + ", found " +
                     to_text(shape));
  }
  return inputs[0];
}

}  // namespace clino
