#include "layers/draws.hpp"

// Under a name of its own: Eigen's templates are weak symbols, and a user's program that compiles
// the same ones with other flags would share them with the library.
#define Eigen clino_eigen
#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <cstdint>

namespace clino {
namespace {

/// Q of the QR decomposition of a matrix of standard normals, each column times the sign of R's
/// diagonal: without these signs Q is not uniform (Mezzadri 2007). A wide matrix is the transpose
/// of a tall one.
template <class T>
void fill_orthogonal(double scale, Random& random, Matrix<T> target) {
  const bool wide = target.rows < target.columns;
  const Index rows = wide ? target.columns : target.rows;
  const Index columns = wide ? target.rows : target.columns;
  Eigen::MatrixXd normals(rows, columns);
  for (double& z : normals.reshaped()) z = random.normal();
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(normals);
  const Eigen::MatrixXd q = qr.householderQ() * Eigen::MatrixXd::Identity(rows, columns);
  for (Index j = 0; j < columns; ++j) {
    const double factor = std::copysign(scale, qr.matrixQR()(j, j));
    for (Index i = 0; i < rows; ++i) {
      (wide ? target(j, i) : target(i, j)) = static_cast<T>(factor * q(i, j));
    }
  }
}

}  // namespace

double variance(const Draws& draws, Index rows, Index columns) {
  const double square = draws.scale * draws.scale;
  switch (draws.kind) {
    case Draws::Kind::constant:
      return 0;
    case Draws::Kind::normal:
      return square;
    case Draws::Kind::uniform:
      return square / 3;
    // Orthonormal columns (rows) of that length: their squares sum up to 1.
    case Draws::Kind::orthogonal:
      return square / static_cast<double>(std::max(rows, columns));
  }
  return 0;
}

template <class T>
void fill(const Draws& draws, Random& random, Matrix<T> target) {
  if (draws.kind == Draws::Kind::orthogonal) return fill_orthogonal(draws.scale, random, target);
  for (T& x : target.elements()) {
    double draw = 0;
    if (draws.kind == Draws::Kind::normal) draw = random.normal();
    if (draws.kind == Draws::Kind::uniform) draw = random.uniform(-1, 1);
    x = static_cast<T>(draws.centre + draws.scale * draw);
  }
}

template void fill(const Draws&, Random&, Matrix<float>);
template void fill(const Draws&, Random&, Matrix<double>);

template <class T>
void make_asymmetric(Random& random, Matrix<T> weight, Matrix<T> bias) {
  const auto entries = static_cast<std::uint64_t>(weight.columns + (bias.empty() ? 0 : 1));
  for (Index unit = 0; unit < weight.rows; ++unit) {
    const auto place = static_cast<Index>(random.below(entries));
    // The distribution function is x^2, so that its inverse is a root.
    const auto draw = static_cast<T>(std::sqrt(random.uniform()));
    (place < weight.columns ? weight(unit, place) : bias(unit, 0)) = draw;
  }
}

template void make_asymmetric(Random&, Matrix<float>, Matrix<float>);
template void make_asymmetric(Random&, Matrix<double>, Matrix<double>);

}  // namespace clino
