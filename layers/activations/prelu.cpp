#include "layers/activations/prelu.hpp"

#include "core/kernels/reduce.hpp"

namespace clino {

namespace {

/// Operands: x and the slope a [1].
class LearnedSlope final : public OperationOf<LearnedSlope> {
 public:
  std::string_view kind() const override { return Prelu::name; }

  Shape infer(std::span<const Shape> inputs) const override { return inputs[0]; }
  Abilities abilities() const override { return {.by_columns = true}; }

  template <class T>
  void value(const StepContext& /*step*/, const Arguments<T>& arguments) const {
    const T* x = arguments.inputs[0].data;
    const T a = arguments.inputs[1].data[0];
    T* y = arguments.output.data;
    const Index size = arguments.output.size();
    for (Index i = 0; i < size; ++i) y[i] = x[i] > T{0} ? x[i] : a * x[i];
  }

  /// dx = dy for x > 0, else a dy;  da = sum of x dy over x <= 0.
  template <class T>
  void gradient(const StepContext& /*step*/, const Arguments<T>& arguments) const {
    const T* x = arguments.inputs[0].data;
    const T a = arguments.inputs[1].data[0];
    const T* upstream = arguments.output_gradient.data;
    const Index size = arguments.output.size();
    if (!arguments.input_gradients[0].empty()) {
      T* target = arguments.input_gradients[0].data;
      for (Index i = 0; i < size; ++i) target[i] += (x[i] > T{0} ? T{1} : a) * upstream[i];
    }
    if (!arguments.input_gradients[1].empty()) {
      const double sum = kernels::sum(static_cast<std::size_t>(size), [=](std::size_t i) {
        const double term = static_cast<double>(x[i]) * static_cast<double>(upstream[i]);
        return x[i] > T{0} ? 0.0 : term;
      });
      arguments.input_gradients[1].data[0] += static_cast<T>(sum);
    }
  }
};

}  // namespace

RecordedActivation Prelu::record(Graph& graph, Var x, const std::string& label) const {
  const Var weight = graph.parameter(label + ".weight", 1);
  return {.output = graph.record(LearnedSlope(), {x, weight}, label),
          .weight = weight,
          .initial_weight = initial};
}

}  // namespace clino
