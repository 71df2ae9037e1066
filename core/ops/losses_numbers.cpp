#include <algorithm>

#include "core/ops/losses_operation.hpp"

namespace clino {
namespace {

/// Base of the losses that are a mean over outputs of rho(r), r = prediction - target: `Derived`
/// gives rho and its derivative.
template <class Derived>
class ResidualLossOf : public LossOf<Derived> {
 public:
  static Index target_rows(const Shape& prediction) { return prediction.rows; }

  template <class T>
  double total(Matrix<const T> x, Matrix<const T> target, const SampleShares<T>& share,
               Matrix<T> slopes) const {
    const auto& self = static_cast<const Derived&>(*this);
    double loss = 0;
    for (Index i = 0; i < x.columns; ++i) {
      const double factor = share(i) / static_cast<double>(x.rows);
      double sum = 0;
      for (Index k = 0; k < x.rows; ++k) {
        const double r = static_cast<double>(x(k, i)) - static_cast<double>(target(k, i));
        sum += self.rho(r);
        slopes(k, i) = static_cast<T>(factor * self.slope(r));
      }
      loss += factor * sum;
    }
    return loss;
  }
};

class MeanSquaredError final : public ResidualLossOf<MeanSquaredError> {
 public:
  std::string_view kind() const override { return "mse"; }
  static double rho(double r) { return r * r; }
  static double slope(double r) { return 2 * r; }
};

class MeanAbsoluteError final : public ResidualLossOf<MeanAbsoluteError> {
 public:
  std::string_view kind() const override { return "mae"; }
  static double rho(double r) { return std::abs(r); }
  /// The sign; 0 at 0, NaN at NaN.
  static double slope(double r) { return r > 0 ? 1 : r < 0 ? -1 : r; }
};

class HuberLoss final : public ResidualLossOf<HuberLoss> {
 public:
  explicit HuberLoss(double delta) : delta_(delta) {}

  std::string_view kind() const override { return "huber"; }
  std::map<std::string, OptionValue> attributes() const override { return {{"delta", delta_}}; }
  double rho(double r) const {
    const double size = std::abs(r);
    return size <= delta_ ? r * r / 2 : delta_ * (size - delta_ / 2);
  }
  double slope(double r) const { return std::clamp(r, -delta_, delta_); }

 private:
  double delta_;
};

}  // namespace

Var mean_squared_error(Graph& graph, Var prediction, Var target, Var weight, std::string label) {
  return record_loss_operation(graph, MeanSquaredError(), prediction, target, weight,
                               std::move(label));
}

Var mean_absolute_error(Graph& graph, Var prediction, Var target, Var weight, std::string label) {
  return record_loss_operation(graph, MeanAbsoluteError(), prediction, target, weight,
                               std::move(label));
}

Var huber_loss(Graph& graph, Var prediction, Var target, Var weight, double delta,
               std::string label) {
  if (!kPositive.contains(delta)) {
    throw UsageError("[huber] delta must be > 0, found " + to_text(OptionValue(delta)));
  }
  return record_loss_operation(graph, HuberLoss(delta), prediction, target, weight,
                               std::move(label));
}

}  // namespace clino
