#pragma once

#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/errors.hpp"
#include "core/operation.hpp"
#include "core/ops/losses.hpp"

/// \file
/// What all losses share. Only the .cpp files of the losses include it.

namespace clino {

constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();

/// The class number that a target holds, or -1 where it is none of 0..classes-1.
template <class T>
Index class_number(T y, Index classes) {
  const bool valid = y >= 0 && y < static_cast<T>(classes) && y == std::floor(y);
  return valid ? static_cast<Index>(y) : -1;
}

/// w_i / normalizer of each sample.
template <class T>
struct SampleShares {
  Matrix<const T> weight;  ///< empty for ones
  double inverse_normalizer = 1;

  double operator()(Index i) const {
    return weight.empty() ? inverse_normalizer
                          : static_cast<double>(weight(0, i)) * inverse_normalizer;
  }
};

/// Base of a loss over inputs prediction, target and, if there are three, weight. `Derived` gives
///
///     std::string_view kind() const
///     Index target_rows(const Shape& prediction) const
///     template <class T> double total(Matrix<const T> x, Matrix<const T> target,
///                                     const SampleShares<T>& share, Matrix<T> slopes) const
///
/// The last returns sum_i share_i l_i and writes share_i dl_i / dx, class weights included. The
/// slopes wait in the workspace, so that the backward rule is one product.
template <class Derived>
class LossOf : public OperationOf<Derived> {
 public:
  explicit LossOf(std::vector<double> class_weights = {})
      : class_weights_(std::move(class_weights)) {}

  Shape infer(std::span<const Shape> inputs) const override {
    const Shape& prediction = inputs[0];
    expect(inputs[1], {self().target_rows(prediction), prediction.columns}, "target", prediction);
    if (inputs.size() > 2) expect(inputs[2], {1, prediction.columns}, "weight", prediction);
    return {1, 1};
  }

  Shape workspace(std::span<const Shape> inputs) const override { return inputs[0]; }
  Abilities abilities() const override { return {.overwrites = true}; }

  template <class T>
  void value(const StepContext& step, const Arguments<T>& a) const {
    const Matrix<const T> weight = a.inputs.size() > 2 ? a.inputs[2] : Matrix<const T>{};
    const double normalizer = step.normalizer > 0
                                  ? step.normalizer
                                  : batch_normalizer(a.inputs[1], weight, class_weights_);
    const SampleShares<T> share{weight, normalizer == 0 ? 0 : 1 / normalizer};
    a.output(0, 0) =
        static_cast<T>(self().template total<T>(a.inputs[0], a.inputs[1], share, a.workspace));
  }

  template <class T>
  void gradient(const StepContext& /*step*/, const Arguments<T>& a) const {
    if (a.input_gradients[0].empty()) return;
    const T upstream = a.output_gradient(0, 0);
    const T* const slopes = a.workspace.data;
    write_gradient(a.input_gradients[0].elements(), a.fresh[0] != 0,
                   [=](std::size_t i) { return upstream * slopes[i]; });
  }

 protected:
  double class_weight(Index number) const {
    return class_weights_.empty() ? 1 : class_weights_[static_cast<std::size_t>(number)];
  }
  const std::vector<double>& class_weights() const { return class_weights_; }

  void expect_class_weights(Index classes) const {
    if (class_weights_.empty() || std::ssize(class_weights_) == classes) return;
    throw ShapeError("[" + std::string(self().kind()) + "] " +
                     std::to_string(class_weights_.size()) + " class weights for " +
                     std::to_string(classes) + " classes");
  }

 private:
  const Derived& self() const { return static_cast<const Derived&>(*this); }

  void expect(const Shape& found, const Shape& wanted, const std::string& what,
              const Shape& prediction) const {
    if (found == wanted) return;
    throw ShapeError("[" + std::string(self().kind()) + "] predictions " + to_text(prediction) +
                     " need a " + what + " of " + to_text(wanted) + ", found " + to_text(found));
  }

  std::vector<double> class_weights_;
};

/// Records a loss; an invalid `weight` is left out.
inline Var record_loss_operation(Graph& graph, const Operation& loss, Var prediction, Var target,
                                 Var weight, std::string label) {
  if (weight.valid()) return graph.record(loss, {prediction, target, weight}, std::move(label));
  return graph.record(loss, {prediction, target}, std::move(label));
}

}  // namespace clino
