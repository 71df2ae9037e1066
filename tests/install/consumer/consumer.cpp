// An activation and a training loop of its own, compiled without Clino's flags, beside code that
// was compiled with them.
#include <clino/clino.hpp>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <typeinfo>

namespace {

/// y = x^3 / 3 + x,  dy/dx = x^2 + 1
struct Cubic {
  static constexpr std::string_view name = "cubic";
  static constexpr clino::Needs needs = clino::Needs::input;
  template <class V>
  V value(V x) const {
    return x * x * x / V{3} + x;
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    return x * x + V{1};
  }
};

bool expect(bool condition, const char* what) {
  if (!condition) std::printf("FAILED: %s\n", what);
  return condition;
}

/// Loss on two moons before and after training a net of one hidden layer.
template <class T>
std::pair<double, double> train_moons(std::shared_ptr<const clino::Activation> activation) {
  using namespace clino;
  const Data<T> data = load_data<T>({.source = {.type = "moons"}, .target = TargetKind::classes});
  const Model model = build_model(
      {.inputs = 2,
       .outputs = data.classes,
       .layers = {{.choice = {.type = "dense", .options = {{"units", std::int64_t{17}}}}},
                  {.choice = {}, .activation = std::move(activation)}},
       .loss = {.type = "softmax_cross_entropy"}});
  Parameters<T> parameters(model.graph);
  initialize(model, parameters, 1);

  const Index count = data.train.size();
  Tape<T> tape(model.graph, parameters, {.max_batch = count});
  tape.set_batch(count);
  std::vector<Index> samples(static_cast<std::size_t>(count));
  std::iota(samples.begin(), samples.end(), Index{0});
  data.train.fill(samples, tape.input(model.input), tape.input(model.target), {});

  const auto optimizer = make_optimizer<T>({.type = "adam"}, std::ssize(parameters.values()));
  double first = 0;
  for (std::uint64_t step = 0; step <= 200; ++step) {
    parameters.zero_gradients();
    tape.forward({.step = step});
    tape.backward(model.loss);
    if (step == 0) first = tape.value(model.loss)(0, 0);
    optimizer->update({.learning_rate = 0.05, .step = step}, parameters.values(),
                      parameters.gradients(), parameters.segments(), {});
  }
  return {first, tape.value(model.loss)(0, 0)};
}

/// The built-in tanh, and the same struct erased here, with this program's flags. Of two classes
/// with one name the linker would keep one, perhaps the one without optimisation, for both.
bool same_tanh() {
  const auto library = clino::make_activation({.type = "tanh"});
  const auto own = clino::erase_activation(clino::Tanh{});
  const clino::Activation& theirs = *library;
  const clino::Activation& ours = *own;
  bool same = typeid(theirs) != typeid(ours);
  for (double x = -20; x <= 20; x += 0.37) {
    same = same && std::abs(library->value(x) - own->value(x)) < 1e-15 &&
           std::abs(library->value(x) - std::tanh(x)) < 1e-15;
  }
  return same;
}

}  // namespace

int main() {
  bool passed =
      expect(same_tanh(), "an own tanh has the values of the library's and leaves its loops alone");

  const auto cubic = clino::erase_activation(Cubic{});
  const auto record = [&](clino::Graph& graph, std::span<const clino::Var> x) {
    return cubic->record(graph, x[0], "cubic").output;
  };
  passed &= expect(bool(clino::grad_check(record, {{.rows = 2, .values = {-1.5, 0.5}}})),
                   "the gradient check accepts a right rule");

  const auto [first, last] = train_moons<float>(cubic);
  std::printf("loss %.4f -> %.4f\n", first, last);
  passed &= expect(last < 0.1 && last < first, "own activation, float");
  passed &= expect(train_moons<double>(cubic).second < 0.1, "own activation, double");
  passed &=
      expect(train_moons<float>(clino::make_activation({.type = "tanh"})).second < 0.1, "tanh");

  const clino::Config config =
      clino::parse_config(R"({"data": {"source": "moons"}, "model": {"hidden": [4]},
                              "loss": "softmax_cross_entropy"})",
                          "consumer", ".");
  passed &= expect(config.model.layers.size() == 2, "a config is parsed");
  return passed ? 0 : 1;
}
