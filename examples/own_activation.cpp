// An activation of your own: a struct with a value and a slope. Its gradient is checked, it is
// analysed as `clino analyze` does, then a net with it is trained on two moons.
#include <clino/clino.hpp>
#include <cmath>
#include <cstdio>
#include <numeric>

namespace {

/// y = x / sqrt(1 + x^2),  dy/dx = (1 + x^2)^(-3/2)
struct InverseSquareRoot {
  static constexpr std::string_view name = "inverse_square_root";
  static constexpr clino::Needs needs = clino::Needs::input;  // what slope() reads

  template <class V>  // float or double
  V value(V x) const {
    return x / std::sqrt(V{1} + x * x);
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    const V root = std::sqrt(V{1} + x * x);
    return V{1} / (root * root * root);
  }
};

}  // namespace

int main() {
  using namespace clino;

  // The slope against differences of the value, in double.
  const auto activation = erase_activation(InverseSquareRoot{});
  const GradCheckResult check = grad_check(
      [&](Graph& graph, std::span<const Var> x) {
        return activation->record(graph, x[0], "own").output;
      },
      {{.rows = 5, .columns = 1, .values = {-3, -0.5, 0, 0.5, 3}}});
  std::printf("gradient check: largest error %.1e, %s\n", check.largest_error, check.where.c_str());
  if (!check) return 1;

  // What it does to signals, before any net is built. analysis_screen({.analysis = analysis}) is
  // the whole of it as text, analysis_html a page.
  const theory::ActivationAnalysis analysis = theory::analyze(*activation);
  std::printf("gain %.4f, saturated beyond x = %.3f\n", analysis.gain.value(),
              analysis.log_threshold.above.value());
  const auto critical = theory::critical_point(*activation, /*bias_variance=*/0.05);
  if (critical)
    std::printf("critical sigma_w^2 at sigma_b^2 = .05: %.4f\n", critical->weight_variance);

  // Two moons, and a net described layer by layer; the output layer is added by the builder.
  const Data<float> data =
      load_data<float>({.source = {.type = "moons"}, .target = TargetKind::classes});
  const Model model = build_model(
      {.inputs = 2,
       .outputs = data.classes,
       .layers = {{.choice = {.type = "dense", .options = {{"units", std::int64_t{16}}}}},
                  {.choice = {}, .activation = activation}},
       .loss = {.type = "softmax_cross_entropy"}});
  Parameters<float> parameters(model.graph);
  initialize(model, parameters, /*seed=*/1);

  // The loop: every step takes the whole training part, and the probe reads it.
  const Index count = data.train.size();
  Tape<float> tape(model.graph, parameters, {.max_batch = count});
  tape.set_batch(count);
  std::vector<Index> samples(static_cast<std::size_t>(count));
  std::iota(samples.begin(), samples.end(), Index{0});
  data.train.fill(samples, tape.input(model.input), tape.input(model.target), {});

  LayerProbe<float> probe(model, parameters);
  const auto optimizer = make_optimizer<float>({.type = "adam"}, std::ssize(parameters.values()));
  for (std::uint64_t step = 0; step <= 300; ++step) {
    parameters.zero_gradients();
    tape.forward({.step = step});
    tape.backward(model.loss);
    if (step % 100 == 0) {
      probe.observe(tape, parameters);
      std::printf("step %3d  loss %.4f  delta norms", int(step), tape.value(model.loss)(0, 0));
      for (const LayerRecord& layer : probe.records()) std::printf("  %.2e", layer.delta_norm);
      std::printf("\n");
    }
    optimizer->update({.learning_rate = 0.05, .step = step}, parameters.values(),
                      parameters.gradients(), parameters.segments(), {});
  }
  return tape.value(model.loss)(0, 0) < 0.1F ? 0 : 1;
}
