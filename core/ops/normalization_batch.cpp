#include <utility>

#include "core/ops/normalization.hpp"
#include "core/ops/normalization_sums.hpp"

namespace clino {
namespace {

/// y = weight x_hat + bias,  x_hat = (x - mean) inverse_deviation.
///
/// Inputs: x, weight, bias, running mean, running variance, number of batches.
/// Workspace [features, 4]: mean, inverse deviation; in backward also the means of dL/dy and of
/// dL/dy x_hat.
class BatchNorm final : public OperationOf<BatchNorm> {
 public:
  BatchNorm(double epsilon, double momentum) : epsilon_(epsilon), momentum_(momentum) {}

  std::string_view kind() const override { return "batch_norm"; }
  std::map<std::string, OptionValue> attributes() const override {
    return {{"epsilon", epsilon_}, {"momentum", momentum_}};
  }
  bool depends_on_mode() const override { return true; }
  Shape infer(std::span<const Shape> inputs) const override {
    if (inputs[5] != Shape{1, 1}) {
      throw ShapeError("[batch_norm] the number of batches must be [1, 1], found " +
                       to_text(inputs[5]));
    }
    return infer_normalization(kind(), inputs, 4);
  }
  Shape workspace(std::span<const Shape> inputs) const override { return {inputs[0].rows, 4}; }

  template <class T>
  void value(const StepContext& step, const Arguments<T>& a) const {
    const Matrix<const T> weight = a.inputs[1];
    const Matrix<const T> bias = a.inputs[2];
    if (step.mode == Mode::train) {
      measure(a);
    } else {
      recall(a);
    }
    for (Index j = 0; j < a.output.columns; ++j) {
      for (Index i = 0; i < a.output.rows; ++i) {
        a.output(i, j) = weight(i, 0) * normalized(a, i, j) + bias(i, 0);
      }
    }
  }

  /// With g = dL/dy and sums and means over the n columns:
  ///     dL/d weight = sum g x_hat,  dL/d bias = sum g
  ///     dL/dx = weight inverse_deviation (g - mean g - x_hat mean(g x_hat))
  /// Where the statistics are not the batch's, they do not depend on x and the means fall away.
  template <class T>
  void gradient(const StepContext& step, const Arguments<T>& a) const {
    const Matrix<const T> g = a.output_gradient;
    const double share = step.mode == Mode::train ? 1 / static_cast<double>(g.columns) : 0;
    const auto product = [&](Index i, Index j) { return g(i, j) * normalized(a, i, j); };
    for_row_sums(g.rows, g.columns, g, [&](Index i, double sum) {
      add_if_wanted(a.input_gradients[2], i, sum);
      a.workspace(i, 2) = static_cast<T>(sum * share);
    });
    for_row_sums(g.rows, g.columns, product, [&](Index i, double sum) {
      add_if_wanted(a.input_gradients[1], i, sum);
      a.workspace(i, 3) = static_cast<T>(sum * share);
    });
    if (a.input_gradients[0].empty()) return;
    for (Index j = 0; j < g.columns; ++j) {
      for (Index i = 0; i < g.rows; ++i) {
        const T inner = g(i, j) - a.workspace(i, 2) - normalized(a, i, j) * a.workspace(i, 3);
        a.input_gradients[0](i, j) += a.inputs[1](i, 0) * a.workspace(i, 1) * inner;
      }
    }
  }

 private:
  template <class T>
  static T normalized(const Arguments<T>& a, Index i, Index j) {
    return (a.inputs[0](i, j) - a.workspace(i, 0)) * a.workspace(i, 1);
  }

  /// The batch's statistics, and the running ones moved towards them.
  template <class T>
  void measure(const Arguments<T>& a) const {
    const Matrix<const T> x = a.inputs[0];
    const auto n = static_cast<double>(x.columns);
    const bool track = x.columns > 1 && !a.buffers[3].empty();
    for_row_sums(x.rows, x.columns, x, [&](Index i, double sum) {
      a.workspace(i, 0) = static_cast<T>(sum / n);
      if (track) move(a.buffers[3](i, 0), sum / n);
    });
    const auto square = [&](Index i, Index j) {
      const T centred = x(i, j) - a.workspace(i, 0);
      return static_cast<double>(centred) * static_cast<double>(centred);
    };
    for_row_sums(x.rows, x.columns, square, [&](Index i, double sum) {
      a.workspace(i, 1) = inverse_deviation<T>(sum / n, epsilon_);
      if (track) move(a.buffers[4](i, 0), sum / (n - 1));
    });
    if (track) a.buffers[5](0, 0) += 1;
  }

  /// The running statistics.
  template <class T>
  void recall(const Arguments<T>& a) const {
    for (Index i = 0; i < a.output.rows; ++i) {
      a.workspace(i, 0) = a.inputs[3](i, 0);
      a.workspace(i, 1) = inverse_deviation<T>(static_cast<double>(a.inputs[4](i, 0)), epsilon_);
    }
  }

  template <class T>
  void move(T& running, double measured) const {
    running += static_cast<T>(momentum_ * (measured - static_cast<double>(running)));
  }

  double epsilon_;
  double momentum_;
};

/// A step of training moves all three or none.
void require_alike(const Graph& graph, const RunningStatistics& running) {
  const auto buffer = [&](Var var) { return graph.node(var).kind == NodeKind::buffer; };
  const int buffers = buffer(running.mean) + buffer(running.variance) + buffer(running.num_batches);
  if (buffers == 0 || buffers == 3) return;
  throw UsageError(
      "[batch_norm] running mean, variance and number of batches must all be buffers, "
      "or none of them; found " +
      std::to_string(buffers) + " of 3");
}

}  // namespace

Var batch_norm(Graph& graph, Var x, Var weight, Var bias, const RunningStatistics& running,
               double epsilon, double momentum, std::string label) {
  require_alike(graph, running);
  return graph.record(BatchNorm(require_in(kNonNegative, "batch_norm", "epsilon", epsilon),
                                require_in(kUnit, "batch_norm", "momentum", momentum)),
                      {x, weight, bias, running.mean, running.variance, running.num_batches},
                      std::move(label));
}

}  // namespace clino
