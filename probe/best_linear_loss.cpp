#include "probe/best_linear_loss.hpp"

#include <algorithm>
#include <cmath>

#include "core/errors.hpp"
#include "layers/losses.hpp"
#include "probe/cross_entropy_minimum.hpp"

// Under a name of its own: see layers/draws.cpp.
#define Eigen clino_eigen
#include <Eigen/Core>
#include <Eigen/QR>

namespace clino {

namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kMostElements = 3e7;  // of the inputs: 240 MB
constexpr Index kMostUnknowns = 2000;  // of Newton's method, whose cost grows with their cube
constexpr double kDependent = 1e-10;

/// The samples that weigh anything, as rows, and what is subtracted and divided so that columns of
/// any offset and size are alike. Affine maps of the inputs are linear ones of these columns.
class Design {
 public:
  Design(const LinearSamples& samples, std::span<const Index> used, const VectorXd& row_factors)
      : means_(samples.inputs.rows), scales_(samples.inputs.rows) {
    const Index inputs = samples.inputs.rows;
    const Index count = std::ssize(used);
    matrix_.resize(count, inputs + 1);
    for (Index i = 0; i < count; ++i) {
      matrix_(i, 0) = 1;
      for (Index j = 0; j < inputs; ++j) matrix_(i, j + 1) = samples.inputs(j, used[at(i)]);
    }
    const VectorXd shares = row_factors.cwiseAbs2() / row_factors.squaredNorm();
    for (Index j = 0; j < inputs; ++j) {
      auto column = matrix_.col(j + 1);
      means_(j) = shares.dot(column);
      column.array() -= means_(j);
      const double size = column.cwiseAbs().maxCoeff();
      scales_(j) = size > 0 ? size : 1;
      column /= scales_(j);
    }
    matrix_.array().colwise() *= row_factors.array();
    matrix_ /= std::sqrt(row_factors.squaredNorm());
    decomposition_.setThreshold(kDependent);
    decomposition_.compute(matrix_);
  }

  const MatrixXd& matrix() const { return matrix_; }

  /// An orthonormal basis of the columns [n, rank].
  MatrixXd basis() const {
    return decomposition_.householderQ() *
           MatrixXd::Identity(matrix_.rows(), decomposition_.rank());
  }

  /// From coefficients of the basis [outputs, rank] to those of the columns [inputs + 1, outputs].
  MatrixXd of_columns(const MatrixXd& coefficients) const {
    const Index rank = decomposition_.rank();
    MatrixXd permuted = MatrixXd::Zero(matrix_.cols(), coefficients.rows());
    permuted.topRows(rank) = decomposition_.matrixR()
                                 .topLeftCorner(rank, rank)
                                 .triangularView<Eigen::Upper>()
                                 .solve(coefficients.transpose());
    return decomposition_.colsPermutation() * permuted;
  }

  /// Coefficients of the columns as weight and bias of the inputs. `row_size` is what a row was
  /// divided by.
  void write(const MatrixXd& coefficients, double factor, BestLinearLoss& best) const {
    const Index outputs = coefficients.cols();
    const Index inputs = means_.size();
    MatrixXd weight(outputs, inputs);
    VectorXd bias = factor * coefficients.row(0).transpose();
    for (Index j = 0; j < inputs; ++j) {
      weight.col(j) = factor / scales_(j) * coefficients.row(j + 1).transpose();
      bias -= weight.col(j) * means_(j);
    }
    best.weight.assign(weight.data(), weight.data() + weight.size());
    best.bias.assign(bias.data(), bias.data() + outputs);
  }

 private:
  static std::size_t at(Index i) { return static_cast<std::size_t>(i); }

  MatrixXd matrix_;
  VectorXd means_;
  VectorXd scales_;
  Eigen::ColPivHouseholderQR<MatrixXd> decomposition_;
};

double weight_of(const LinearSamples& samples, Index i) {
  return samples.weights.empty() ? 1 : samples.weights(0, i);
}

std::vector<Index> weighted_samples(const LinearSamples& samples) {
  std::vector<Index> used;
  used.reserve(static_cast<std::size_t>(samples.inputs.columns));
  for (Index i = 0; i < samples.inputs.columns; ++i) {
    if (weight_of(samples, i) > 0) used.push_back(i);
  }
  return used;
}

void check_samples(const LinearSamples& samples, Index target_rows) {
  const Index count = samples.inputs.columns;
  if (samples.targets.columns != count || samples.targets.rows != target_rows ||
      (!samples.weights.empty() && samples.weights.size() != count)) {
    throw UsageError("best_linear_loss: " + std::to_string(count) + " samples need targets [" +
                     std::to_string(target_rows) + ", " + std::to_string(count) + "], found [" +
                     std::to_string(samples.targets.rows) + ", " +
                     std::to_string(samples.targets.columns) + "], and a weight each or none");
  }
  const auto finite = [](double x) { return std::isfinite(x); };
  if (!std::ranges::all_of(samples.inputs.elements(), finite) ||
      !std::ranges::all_of(samples.targets.elements(), finite)) {
    throw UsageError("best_linear_loss: a sample is not finite");
  }
  if (samples.weights.empty()) return;
  if (!std::ranges::all_of(samples.weights.elements(),
                           [](double w) { return w >= 0 && std::isfinite(w); })) {
    throw UsageError("best_linear_loss: a weight is not a number >= 0");
  }
}

BestLinearLoss best_squares(Index outputs, const LinearSamples& samples,
                            std::span<const Index> used) {
  const Index count = std::ssize(used);
  VectorXd factors(count);
  MatrixXd targets(count, outputs);
  for (Index i = 0; i < count; ++i) {
    const Index sample = used[static_cast<std::size_t>(i)];
    factors(i) = std::sqrt(weight_of(samples, sample));
    for (Index k = 0; k < outputs; ++k) targets(i, k) = samples.targets(k, sample);
  }
  const Design design(samples, used, factors);
  const double norm = std::sqrt(factors.squaredNorm());
  targets.array().colwise() *= factors.array() / norm;  // as the rows of the design
  // Not by Eigen's own `solve`, which takes dependent columns for independent ones.
  const MatrixXd solution = design.of_columns(targets.transpose() * design.basis());
  BestLinearLoss best;
  best.loss = (targets - design.matrix() * solution).squaredNorm() / static_cast<double>(outputs);
  design.write(solution, 1, best);
  return best;
}

/// Class numbers as shares t [K, n] of the loss, with class weights and label smoothing.
MatrixXd class_targets(const Choice& loss, Index classes, const LinearSamples& samples,
                       std::span<const Index> used) {
  const double smoothing =
      loss.options.contains("label_smoothing") ? loss.get<double>("label_smoothing") : 0;
  const auto class_weight = [&](Index k) {
    return samples.class_weights.empty() ? 1 : samples.class_weights[static_cast<std::size_t>(k)];
  };
  MatrixXd targets = MatrixXd::Zero(classes, std::ssize(used));
  double normalizer = 0;
  for (Index i = 0; i < targets.cols(); ++i) {
    const Index sample = used[static_cast<std::size_t>(i)];
    const double target = samples.targets(0, sample);
    if (target != std::floor(target) || target < 0 || target >= static_cast<double>(classes)) {
      throw UsageError("best_linear_loss: the target of sample " + std::to_string(sample) +
                       " is no class of " + std::to_string(classes));
    }
    const auto y = static_cast<Index>(target);
    const double weight = weight_of(samples, sample);
    for (Index k = 0; k < classes; ++k) {
      targets(k, i) = weight * smoothing * class_weight(k) / static_cast<double>(classes);
    }
    targets(y, i) += weight * (1 - smoothing) * class_weight(y);
    normalizer += weight * class_weight(y);
  }
  return normalizer > 0 ? MatrixXd(targets / normalizer) : MatrixXd::Zero(classes, targets.cols());
}

BestLinearLoss best_classes(const Choice& loss, Index outputs, const LinearSamples& samples,
                            std::span<const Index> used) {
  const Index classes = target_kind(loss.type) == TargetKind::binary ? 2 : outputs;
  const MatrixXd targets = class_targets(loss, classes, samples, used);
  const Design design(samples, used, VectorXd::Ones(targets.cols()));
  const MatrixXd basis = design.basis();
  const CrossEntropyMinimum minimum = minimize_cross_entropy(
      {basis.data(), basis.rows(), basis.cols()}, {targets.data(), targets.rows(), targets.cols()});
  BestLinearLoss best{.loss = minimum.loss, .attained = minimum.attained};
  // The first class's logit is 0; a binary loss has the second's alone.
  MatrixXd coefficients = MatrixXd::Zero(outputs, basis.cols());
  coefficients.bottomRows(classes - 1) =
      Eigen::Map<const MatrixXd>(minimum.coefficients.data(), classes - 1, basis.cols());
  const double temperature =
      loss.options.contains("temperature") ? loss.get<double>("temperature") : 1;
  const double rows = std::sqrt(static_cast<double>(targets.cols()));
  design.write(design.of_columns(coefficients), temperature / rows, best);
  return best;
}

}  // namespace

std::optional<std::string> why_no_best_linear_loss(const Choice& loss, Index inputs, Index outputs,
                                                   Index samples) {
  const TargetKind kind = target_kind(loss.type);
  if (kind == TargetKind::numbers && loss.type != "mse") {
    return "the best linear loss is there for mse and the cross-entropies, not for " + loss.type;
  }
  if (static_cast<double>(samples) * static_cast<double>(inputs + 1) > kMostElements) {
    return "the best linear loss is left out: " + std::to_string(samples) + " samples of " +
           std::to_string(inputs) + " inputs are more than 3e7 numbers";
  }
  const Index unknowns = (kind == TargetKind::binary ? 1 : outputs - 1) * (inputs + 1);
  if (kind != TargetKind::numbers && unknowns > kMostUnknowns) {
    return "the best linear loss is left out: its search has " + std::to_string(unknowns) +
           " unknowns, more than " + std::to_string(kMostUnknowns);
  }
  return std::nullopt;
}

BestLinearLoss best_linear_loss(const Choice& loss, Index outputs, const LinearSamples& samples) {
  const Choice choice = complete(loss_catalogue(), loss, "loss");
  const TargetKind kind = target_kind(choice.type);
  check_samples(samples, target_rows(kind, outputs));
  if (const auto reason =
          why_no_best_linear_loss(choice, samples.inputs.rows, outputs, samples.inputs.columns)) {
    throw UsageError(*reason);
  }
  const std::vector<Index> used = weighted_samples(samples);
  if (used.empty()) throw UsageError("best_linear_loss: no sample weighs anything");
  return kind == TargetKind::numbers ? best_squares(outputs, samples, used)
                                     : best_classes(choice, outputs, samples, used);
}

}  // namespace clino
