#include "probe/singular_values.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

// Under a name of its own: see layers/draws.cpp.
#define Eigen clino_eigen
#include <Eigen/Eigenvalues>
#include <Eigen/Householder>
#include <Eigen/QR>

namespace clino {

namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

/// The off-diagonal of a tridiagonal matrix whose eigenvalues are the singular values of `a` (rows
/// >= columns) and their negatives, and whose diagonal is 0 (Golub and Kahan 1965): Householder
/// reflections from both sides leave a diagonal d and an entry e beside each; the answer is d_1,
/// e_1, d_2, e_2, ... d_n. Nothing is squared. Overwrites `a`.
VectorXd bidiagonalize(MatrixXd& a) {
  const Index rows = a.rows();
  const Index columns = a.cols();
  VectorXd workspace(rows);
  VectorXd entries(2 * columns - 1);
  for (Index k = 0; k < columns; ++k) {
    double factor = 0;
    const Index below = rows - k;
    const Index right = columns - k - 1;
    auto column = a.col(k).tail(below);
    column.makeHouseholderInPlace(factor, entries(2 * k));
    if (right == 0) break;
    a.bottomRightCorner(below, right)
        .applyHouseholderOnTheLeft(column.tail(below - 1), factor, workspace.data());
    auto row = a.row(k).tail(right);
    row.makeHouseholderInPlace(factor, entries(2 * k + 1));
    a.bottomRightCorner(below - 1, right)
        .applyHouseholderOnTheRight(row.tail(right - 1).transpose(), factor, workspace.data());
  }
  return entries;
}

/// Replaces a matrix of many rows by the triangle of its QR decomposition, which has the same
/// singular values (Chan 1982).
void reduce_rows(MatrixXd& a) {
  if (3 * a.rows() < 5 * a.cols()) return;
  const Eigen::HouseholderQR<Eigen::Ref<MatrixXd>> decomposition(a);
  const MatrixXd triangle = a.topRows(a.cols()).triangularView<Eigen::Upper>();
  a = triangle;
}

}  // namespace

std::vector<double> singular_values(Matrix<const double> matrix) {
  const Index count = std::min(matrix.rows, matrix.columns);
  std::vector<double> values(static_cast<std::size_t>(count));
  if (count == 0) return values;
  MatrixXd a = Eigen::Map<const MatrixXd>(matrix.data, matrix.rows, matrix.columns);
  const double largest = a.cwiseAbs().maxCoeff<Eigen::PropagateNaN>();
  if (largest == 0) return values;
  if (!std::isfinite(largest)) {
    std::ranges::fill(values, std::numeric_limits<double>::quiet_NaN());
    return values;
  }
  a /= largest;  // so that squares neither overflow nor vanish
  if (a.rows() < a.cols()) a.transposeInPlace();
  reduce_rows(a);
  const VectorXd entries = bidiagonalize(a);
  Eigen::SelfAdjointEigenSolver<MatrixXd> solver;
  solver.computeFromTridiagonal(VectorXd::Zero(2 * count), entries, Eigen::EigenvaluesOnly);
  for (Index i = 0; i < count; ++i) {
    values[static_cast<std::size_t>(i)] =
        largest * std::max(0.0, solver.eigenvalues()(2 * count - 1 - i));
  }
  return values;
}

double effective_rank(std::span<const double> singular_values) {
  if (singular_values.empty()) return 0;
  const double largest = std::ranges::max(singular_values);
  if (largest == 0) return 0;
  double sum = 0;
  for (const double s : singular_values) sum += s / largest;
  double entropy = 0;
  for (const double s : singular_values) {
    const double p = s / largest / sum;
    if (p != 0) entropy -= p * std::log(p);
  }
  return std::exp(entropy);
}

double singular_values_cost(Index rows, Index columns) {
  // Measured beside the products of a training step. The first term is the eigenvalues of the
  // tridiagonal matrix, the second what leads to it.
  constexpr double kTridiagonal = 14000;
  constexpr double kReflections = 10;
  const auto narrow = static_cast<double>(std::min(rows, columns));
  const auto wide = static_cast<double>(std::max(rows, columns));
  return narrow * narrow * (kTridiagonal + kReflections * wide);
}

}  // namespace clino
