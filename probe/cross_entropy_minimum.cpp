#include "probe/cross_entropy_minimum.hpp"

#include <algorithm>
#include <cmath>

#include "core/errors.hpp"
#include "core/kernels/reduce.hpp"

// Under a name of its own: see layers/draws.cpp.
#define Eigen clino_eigen
#include <Eigen/Cholesky>
#include <Eigen/Core>

namespace clino {

namespace {

using Eigen::MatrixXd;
using Eigen::RowVectorXd;
using Eigen::VectorXd;

constexpr Index kMostSteps = 200;
constexpr double kTolerance = 1e-12;
/// Steps beyond the tolerance: where there is a minimum the changes of the logits vanish by then,
/// where there is none each is still about 1, since the loss falls as exp(-logit).
constexpr Index kExtraSteps = 3;
constexpr double kStillMoving = 1e-3;
/// How far a logit has to be on top, as a share of the largest: far above rounding.
constexpr double kClearMargin = 1e-9;

class Problem {
 public:
  Problem(Matrix<const double> basis, Matrix<const double> targets)
      : basis_(basis.data, basis.rows, basis.columns),
        targets_(targets.data, targets.rows, targets.columns),
        mass_(targets_.colwise().sum()) {}

  Index free_classes() const { return targets_.rows() - 1; }
  Index width() const { return basis_.cols(); }

  /// Logits [K, n] of coefficients [K - 1, r].
  MatrixXd logits(const MatrixXd& coefficients) const {
    MatrixXd z = MatrixXd::Zero(targets_.rows(), targets_.cols());
    z.bottomRows(free_classes()) = coefficients * basis_.transpose();
    return z;
  }

  double loss(const MatrixXd& z) const {
    return kernels::sum(static_cast<std::size_t>(z.cols()),
                        [&](std::size_t i) { return sample_loss(z, static_cast<Index>(i)); });
  }

  /// Whether every sample asks for one class alone and has that class clearly on top.
  bool separated(const MatrixXd& z) const {
    const double margin = kClearMargin * z.cwiseAbs().maxCoeff();
    for (Index i = 0; i < z.cols(); ++i) {
      if (mass_(i) == 0) continue;
      Index wanted = 0;
      if (targets_.col(i).maxCoeff(&wanted) < mass_(i)) return false;
      for (Index k = 0; k < z.rows(); ++k) {
        if (k != wanted && !(z(wanted, i) > z(k, i) + margin)) return false;
      }
    }
    return true;
  }

  /// Newton's step D [K - 1, r] = -H^-1 g; `decrement` becomes g . H^-1 g.
  MatrixXd newton_step(const MatrixXd& z, double& decrement) const {
    const MatrixXd p = probabilities(z);
    const MatrixXd slopes = (p.array().rowwise() * mass_.array()).matrix() - targets_;
    const MatrixXd gradient = (slopes.bottomRows(free_classes()) * basis_).transpose();  // [r, K-1]
    MatrixXd hessian = curvature(p);
    // Directions in which the loss is flat to rounding are left alone.
    constexpr double kFlat = 1e-14;
    hessian.diagonal().array() += kFlat * hessian.diagonal().maxCoeff();
    const VectorXd step = -hessian.ldlt().solve(gradient.reshaped());
    decrement = -step.dot(gradient.reshaped());
    return step.reshaped(width(), free_classes()).transpose();
  }

 private:
  double sample_loss(const MatrixXd& z, Index i) const {
    Index top = 0;
    const double highest = z.col(i).maxCoeff(&top);
    double others = 0;
    for (Index k = 0; k < z.rows(); ++k) {
      if (k != top) others += std::exp(z(k, i) - highest);
    }
    // Without cancellation where the right class is far above the others.
    const double above = std::log1p(others);
    double loss = 0;
    for (Index k = 0; k < z.rows(); ++k) loss += targets_(k, i) * (above + (highest - z(k, i)));
    return loss;
  }

  static MatrixXd probabilities(const MatrixXd& z) {
    MatrixXd p = (z.rowwise() - z.colwise().maxCoeff()).array().exp();
    p.array().rowwise() /= p.colwise().sum().eval().array();
    return p;
  }

  static RowVectorXd others(const MatrixXd& p, Index k) {
    return p.topRows(k).colwise().sum() + p.bottomRows(p.rows() - k - 1).colwise().sum();
  }

  /// Block (a, b) of the Hessian is sum_i mass_i (p_a [a = b] - p_a p_b) q_i q_i'.
  MatrixXd curvature(const MatrixXd& p) const {
    const Index r = width();
    MatrixXd hessian(free_classes() * r, free_classes() * r);
    for (Index a = 0; a < free_classes(); ++a) {
      for (Index b = 0; b <= a; ++b) {
        // p (1 - p) as p times the sum of the others: no cancellation near 1.
        const RowVectorXd other = a == b ? others(p, a + 1) : RowVectorXd(-p.row(b + 1));
        const VectorXd factor =
            (mass_.array() * p.row(a + 1).array() * other.array()).matrix().transpose();
        const MatrixXd block = basis_.transpose() * factor.asDiagonal() * basis_;
        hessian.block(a * r, b * r, r, r) = block;
        hessian.block(b * r, a * r, r, r) = block.transpose();
      }
    }
    return hessian;
  }

  Eigen::Map<const MatrixXd> basis_;
  Eigen::Map<const MatrixXd> targets_;
  RowVectorXd mass_;
};

struct Iterate {
  MatrixXd coefficients;
  MatrixXd logits;
  double loss;
};

/// Goes along the step until the loss falls by a part of what its slope promises (Armijo). The
/// start itself where rounding leaves nothing to gain.
Iterate advance(const Problem& problem, const Iterate& start, const MatrixXd& step,
                double decrement) {
  constexpr double kPromised = 1e-4;
  constexpr double kShortest = 1e-9;
  for (double length = 1; length > kShortest; length /= 2) {
    Iterate next{.coefficients = start.coefficients + length * step, .logits = {}, .loss = 0};
    next.logits = problem.logits(next.coefficients);
    next.loss = problem.loss(next.logits);
    if (next.loss <= start.loss - kPromised * length * decrement) return next;
  }
  return start;
}

CrossEntropyMinimum finished(const Iterate& at, Index steps, bool attained) {
  const double* const c = at.coefficients.data();
  return {.loss = at.loss,
          .attained = attained,
          .coefficients = {c, c + at.coefficients.size()},
          .steps = steps};
}

}  // namespace

CrossEntropyMinimum minimize_cross_entropy(Matrix<const double> basis,
                                           Matrix<const double> targets) {
  const Problem problem(basis, targets);
  if (problem.free_classes() == 0) return {};  // one class, which always has probability 1
  Iterate at{.coefficients = MatrixXd::Zero(problem.free_classes(), problem.width()),
             .logits = {},
             .loss = 0};
  at.logits = problem.logits(at.coefficients);
  at.loss = problem.loss(at.logits);
  Index extra = 0;
  for (Index steps = 0; steps < kMostSteps; ++steps) {
    if (problem.separated(at.logits)) {
      CrossEntropyMinimum none = finished(at, steps, false);
      none.loss = 0;
      return none;
    }
    double decrement = 0;
    const MatrixXd step = problem.newton_step(at.logits, decrement);
    if (!std::isfinite(decrement)) break;
    if (decrement / 2 <= kTolerance * at.loss && extra++ == kExtraSteps) {
      const double change = problem.logits(step).cwiseAbs().maxCoeff();
      return finished(at, steps, change < kStillMoving);
    }
    at = advance(problem, at, step, decrement);
  }
  throw NumericalError("the best linear loss was not found: Newton's method is at " +
                       std::to_string(at.loss) + " after " + std::to_string(kMostSteps) +
                       " steps and has not converged");
}

}  // namespace clino
