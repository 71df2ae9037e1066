#include "layers/activations/gelu.hpp"

#include "core/errors.hpp"
#include "core/ops/elementwise.hpp"
#include "core/random.hpp"

namespace clino {

namespace {

/// What evaluation computes, under a name of this file's own, so that no other file's loops can
/// take the place of those compiled here (list.cpp).
struct Expected : ExactGelu {};

/// Workspace: the gates, 0 or 1, of a training step.
class BernoulliGate final : public OperationOf<BernoulliGate> {
 public:
  explicit BernoulliGate(std::uint32_t stream) : stream_(stream) {}

  std::string_view kind() const override { return Gelu::name; }
  std::map<std::string, OptionValue> attributes() const override { return {{"stochastic", true}}; }
  bool depends_on_mode() const override { return true; }

  Shape infer(std::span<const Shape> inputs) const override { return inputs[0]; }
  Shape workspace(std::span<const Shape> inputs) const override { return inputs[0]; }
  Abilities abilities() const override { return {.by_columns = true}; }

  template <class T>
  void value(const StepContext& step, const Arguments<T>& arguments) const {
    if (step.mode != Mode::train) {
      in_evaluation_.value(step, arguments);
      return;
    }
    for (Index j = 0; j < arguments.output.columns; ++j) {
      const std::span<T> gate = arguments.workspace.column(j);
      fill_uniform(step.seed, stream_, step.epoch, step.sample(j), gate);
      open(arguments.inputs[0].column(j).data(), gate.data(), arguments.output.column(j));
    }
  }

  template <class T>
  void gradient(const StepContext& step, const Arguments<T>& arguments) const {
    if (step.mode != Mode::train) {
      in_evaluation_.gradient(step, arguments);
      return;
    }
    const Matrix<T>& target = arguments.input_gradients[0];
    for (Index i = 0; i < target.size(); ++i) {
      target.data[i] += arguments.workspace.data[i] * arguments.output_gradient.data[i];
    }
  }

 private:
  /// Turns draws into gates. NaN opens its gate, so that it is not hidden.
  template <class T>
  [[gnu::flatten]] static void open(const T* x, T* gate, std::span<T> y) {
    for (std::size_t i = 0; i < y.size(); ++i) {
      gate[i] = gate[i] >= math::normal_cdf(x[i]) ? T{0} : T{1};
      y[i] = gate[i] > T{0} ? x[i] : T{0};
    }
  }

  std::uint32_t stream_;
  Elementwise<Expected> in_evaluation_{Expected{}};
};

}  // namespace

RecordedActivation StochasticGelu::record(Graph& graph, Var x, const std::string& label) {
  return {.output = graph.record(BernoulliGate(stream_id(label)), {x}, label)};
}

std::vector<Option> Gelu::options() {
  return {{.name = "approximate",
           .types = kText,
           .default_value = std::string("none"),
           .description = "none: the exact form with erf; tanh: its approximation by tanh",
           .choices = {"none", "tanh"}},
          {.name = "stochastic",
           .types = kBoolean,
           .default_value = false,
           .description = "in training x times Bernoulli(Phi(x)), in evaluation x Phi(x)"}};
}

std::variant<ExactGelu, TanhGelu, StochasticGelu> Gelu::from(const Choice& choice) {
  const bool by_tanh = choice.get<std::string>("approximate") == "tanh";
  if (choice.get<bool>("stochastic")) {
    if (by_tanh) {
      throw UsageError(R"(gelu: "stochastic": true goes with "approximate": "none" only)");
    }
    return StochasticGelu{};
  }
  if (by_tanh) return TanhGelu{};
  return ExactGelu{};
}

}  // namespace clino
