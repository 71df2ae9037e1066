#include <utility>

#include "core/ops/normalization.hpp"
#include "core/ops/normalization_sums.hpp"

namespace clino {
namespace {

/// y = weight x_hat + bias,  x_hat = (x - mean) inverse_deviation, one mean and one deviation for
/// each column. Inputs: x, weight, bias. Workspace [2, batch]: mean, inverse deviation.
class LayerNorm final : public OperationOf<LayerNorm> {
 public:
  explicit LayerNorm(double epsilon) : epsilon_(epsilon) {}

  std::string_view kind() const override { return "layer_norm"; }
  std::map<std::string, OptionValue> attributes() const override { return {{"epsilon", epsilon_}}; }
  Shape infer(std::span<const Shape> inputs) const override {
    return infer_normalization(kind(), inputs, 2);
  }
  Shape workspace(std::span<const Shape> inputs) const override { return {2, inputs[0].columns}; }
  Abilities abilities() const override { return {.by_columns = true}; }

  template <class T>
  void value(const StepContext& /*step*/, const Arguments<T>& a) const {
    const Matrix<const T> weight = a.inputs[1];
    const Matrix<const T> bias = a.inputs[2];
    for (Index j = 0; j < a.output.columns; ++j) {
      measure(a, j);
      const auto x_hat = normalized(a, j);
      for (Index i = 0; i < a.output.rows; ++i) {
        a.output(i, j) = weight(i, 0) * x_hat(i) + bias(i, 0);
      }
    }
  }

  /// With g = dL/dy and sums over the columns:
  ///     dL/d weight = sum g x_hat,  dL/d bias = sum g
  template <class T>
  void gradient(const StepContext& /*step*/, const Arguments<T>& a) const {
    const Matrix<const T> g = a.output_gradient;
    const auto product = [&](Index i, Index j) { return g(i, j) * normalized(a, j)(i); };
    for_row_sums(g.rows, g.columns, product,
                 [&](Index i, double sum) { add_if_wanted(a.input_gradients[1], i, sum); });
    for_row_sums(g.rows, g.columns, g,
                 [&](Index i, double sum) { add_if_wanted(a.input_gradients[2], i, sum); });
    if (a.input_gradients[0].empty()) return;
    for (Index j = 0; j < g.columns; ++j) add_column_gradient(a, j);
  }

 private:
  /// x_hat of a column, as a function of the row.
  template <class T>
  static auto normalized(const Arguments<T>& a, Index j) {
    return [x = a.inputs[0].column(j).data(), mean = a.workspace(0, j),
            inverse = a.workspace(1, j)](Index i) { return (x[i] - mean) * inverse; };
  }

  template <class T>
  void measure(const Arguments<T>& a, Index j) const {
    const T* x = a.inputs[0].column(j).data();
    const auto n = static_cast<double>(a.output.rows);
    const double mean = sum_of(a.output.rows, [&](Index i) { return x[i]; }) / n;
    const double squares = sum_of(a.output.rows, [&](Index i) {
      const double centred = static_cast<double>(x[i]) - mean;
      return centred * centred;
    });
    a.workspace(0, j) = static_cast<T>(mean);
    a.workspace(1, j) = inverse_deviation<T>(squares / n, epsilon_);
  }

  /// With h = weight dL/dy and means over the rows:
  ///     dL/dx = inverse_deviation (h - mean h - x_hat mean(h x_hat))
  template <class T>
  static void add_column_gradient(const Arguments<T>& a, Index j) {
    const Index rows = a.output.rows;
    const auto h = [&](Index i) { return a.inputs[1](i, 0) * a.output_gradient(i, j); };
    const auto x_hat = normalized(a, j);
    const auto product = [&](Index i) { return h(i) * x_hat(i); };
    const T mean = static_cast<T>(sum_of(rows, h) / static_cast<double>(rows));
    const T mean_product = static_cast<T>(sum_of(rows, product) / static_cast<double>(rows));
    const T inverse = a.workspace(1, j);
    for (Index i = 0; i < rows; ++i) {
      a.input_gradients[0](i, j) += inverse * (h(i) - mean - x_hat(i) * mean_product);
    }
  }

  double epsilon_;
};

}  // namespace

Var layer_norm(Graph& graph, Var x, Var weight, Var bias, double epsilon, std::string label) {
  return graph.record(LayerNorm(require_in(kNonNegative, "layer_norm", "epsilon", epsilon)),
                      {x, weight, bias}, std::move(label));
}

}  // namespace clino
