#include <utility>

#include "core/errors.hpp"
#include "core/kernels/reduce.hpp"
#include "core/ops/ops.hpp"

namespace clino {

namespace {

Shape require_same(std::string_view operation, const Shape& a, const Shape& b) {
  if (a != b) {
    throw ShapeError("[" + std::string(operation) + "] shapes differ: " + to_text(a) + " and " +
                     to_text(b));
  }
  return a;
}

struct Add final : OperationOf<Add> {
  std::string_view kind() const override { return "add"; }
  Shape infer(std::span<const Shape> in) const override {
    return require_same(kind(), in[0], in[1]);
  }
  Abilities abilities() const override { return {.by_columns = true}; }
  template <class T>
  void value(const StepContext& /*step*/, const Arguments<T>& x) const {
    for (Index i = 0; i < x.output.size(); ++i) {
      x.output.data[i] = x.inputs[0].data[i] + x.inputs[1].data[i];
    }
  }
  /// d(a + b) = da + db.
  template <class T>
  void gradient(const StepContext& /*step*/, const Arguments<T>& x) const {
    for (const Matrix<T>& target : x.input_gradients) {
      if (target.empty()) continue;
      for (Index i = 0; i < target.size(); ++i) target.data[i] += x.output_gradient.data[i];
    }
  }
};

struct Multiply final : OperationOf<Multiply> {
  std::string_view kind() const override { return "multiply"; }
  Shape infer(std::span<const Shape> in) const override {
    return require_same(kind(), in[0], in[1]);
  }
  Abilities abilities() const override { return {.by_columns = true}; }
  template <class T>
  void value(const StepContext& /*step*/, const Arguments<T>& x) const {
    for (Index i = 0; i < x.output.size(); ++i) {
      x.output.data[i] = x.inputs[0].data[i] * x.inputs[1].data[i];
    }
  }
  /// d(a b) = b da + a db.
  template <class T>
  void gradient(const StepContext& /*step*/, const Arguments<T>& x) const {
    for (std::size_t side = 0; side < 2; ++side) {
      const Matrix<T>& target = x.input_gradients[side];
      const Matrix<const T>& other = x.inputs[1 - side];
      if (target.empty()) continue;
      for (Index i = 0; i < target.size(); ++i) {
        target.data[i] += other.data[i] * x.output_gradient.data[i];
      }
    }
  }
};

struct Scale final : OperationOf<Scale> {
  double factor;
  explicit Scale(double f) : factor(f) {}

  std::string_view kind() const override { return "scale"; }
  std::map<std::string, OptionValue> attributes() const override { return {{"factor", factor}}; }
  Shape infer(std::span<const Shape> in) const override { return in[0]; }
  Abilities abilities() const override { return {.by_columns = true}; }
  template <class T>
  void value(const StepContext& /*step*/, const Arguments<T>& x) const {
    const T c = static_cast<T>(factor);
    for (Index i = 0; i < x.output.size(); ++i) x.output.data[i] = c * x.inputs[0].data[i];
  }
  /// d(c x) = c dx.
  template <class T>
  void gradient(const StepContext& /*step*/, const Arguments<T>& x) const {
    const T c = static_cast<T>(factor);
    const Matrix<T>& target = x.input_gradients[0];
    for (Index i = 0; i < target.size(); ++i) target.data[i] += c * x.output_gradient.data[i];
  }
};

/// Sum of all elements, or their mean.
struct Total final : OperationOf<Total> {
  bool average;
  explicit Total(bool a) : average(a) {}

  std::string_view kind() const override { return average ? "mean" : "sum"; }
  Shape infer(std::span<const Shape> /*in*/) const override { return {1, 1}; }
  template <class T>
  void value(const StepContext& /*step*/, const Arguments<T>& x) const {
    const auto elements = x.inputs[0].elements();
    const double total = kernels::sum(
        elements.size(), [&](std::size_t i) { return static_cast<double>(elements[i]); });
    x.output.data[0] = static_cast<T>(total / divisor(x.inputs[0]));
  }
  /// d sum = 1 for each element, d mean = 1/n.
  template <class T>
  void gradient(const StepContext& /*step*/, const Arguments<T>& x) const {
    const T share = static_cast<T>(x.output_gradient.data[0] / divisor(x.inputs[0]));
    for (T& element : x.input_gradients[0].elements()) element += share;
  }
  template <class T>
  double divisor(const Matrix<const T>& x) const {
    return average ? static_cast<double>(x.size()) : 1.0;
  }
};

}  // namespace

Var add(Graph& graph, Var a, Var b, std::string label) {
  return graph.record(Add{}, {a, b}, std::move(label));
}
Var multiply(Graph& graph, Var a, Var b, std::string label) {
  return graph.record(Multiply{}, {a, b}, std::move(label));
}
Var scale(Graph& graph, Var x, double factor, std::string label) {
  return graph.record(Scale{factor}, {x}, std::move(label));
}
Var sum(Graph& graph, Var x, std::string label) {
  return graph.record(Total{false}, {x}, std::move(label));
}
Var mean(Graph& graph, Var x, std::string label) {
  return graph.record(Total{true}, {x}, std::move(label));
}

}  // namespace clino
