#include <algorithm>
#include <cmath>

#include "claims/curve_figure.hpp"
#include "claims/layer_factor.hpp"
#include "claims/net.hpp"
#include "claims/on_tape.hpp"
#include "claims/parallel.hpp"
#include "claims/rows/rows.hpp"
#include "claims/zigzag.hpp"
#include "core/errors.hpp"
#include "probe/singular_values.hpp"
#include "theory/mean_field.hpp"
#include "train/batch.hpp"

namespace clino::claim_configs {
extern const std::string_view sigmoid;
}

namespace clino::claims {

namespace sigmoid_row {
namespace {

/// From 103 lengths come to q* = 46 by V'(q*) = .06 a layer.
constexpr std::size_t kSettled = 3;

// 3,000 nets: half an interval is at most 4.4 standard deviations, of sqrt(1/8 7/8 / 3000) = .006.
// Sigmoid in place of tanh has a share of 1.
constexpr Index kUnits = 4;
constexpr std::size_t kZigzagNets = 3000;

// The largest eigenvalue over the mean of the others hardly depends on the sample: the largest has
// the noise of one direction more, so that the others' mean is n / M / (n - 1) = .0003 of itself
// too small, and inputs standardised over M samples are normal up to 1 / M.
constexpr Index kInputs = 100;
constexpr Index kSamples = 4000;
constexpr std::size_t kHessians = 6;
constexpr double kFiniteSample = .005;

/// The critical sigma_w^2 without biases.
double critical_variance(const Setting& setting) {
  const auto sigmoid = setting.parts.theory_activation({.type = "sigmoid"});
  const auto critical = theory::critical_point(*sigmoid, 0);
  if (!critical) throw UsageError("no sigma_w^2 keeps both signals");
  return critical->weight_variance;
}

/// The largest eigenvalue of the Hessian of a least-squares layer over the mean of the others, its
/// inputs the activation of independent standard normals. The gradient of mse in W is
/// c (W H - const): that at W = 1 less that at W = 0 is c H.
template <class T>
double condition(const Config& config, const Setting& setting) {
  Experiment<T> experiment = claims::make_experiment<T>(config, setting);
  Tape<T> tape(experiment.model.graph, experiment.parameters,
               {.max_batch = kSamples, .mode = TapeMode::train});
  std::vector<Index> all(kSamples);
  for (Index i = 0; i < kSamples; ++i) all[static_cast<std::size_t>(i)] = i;
  const double normalizer =
      fill_batch<T>(tape, experiment.model, experiment.data.train, all, experiment.class_weights);
  const Layer& layer = experiment.model.layers.back();
  std::vector<double> hessian(kInputs * kInputs, 0.0);
  for (const double diagonal : {0., 1.}) {
    const Matrix<T> weight = experiment.parameters.value(layer.weight);
    std::ranges::fill(weight.elements(), T{0});
    for (Index i = 0; i < kInputs; ++i) weight(i, i) = static_cast<T>(diagonal);
    experiment.parameters.zero_gradients();
    tape.forward({.normalizer = normalizer});
    tape.backward(experiment.model.loss);
    const auto gradient = experiment.parameters.gradient(layer.weight).elements();
    for (std::size_t i = 0; i < hessian.size(); ++i) {
      hessian[i] += (2 * diagonal - 1) * static_cast<double>(gradient[i]);
    }
  }
  const std::vector<double> values =
      singular_values(Matrix<const double>{hessian.data(), kInputs, kInputs});
  double others = 0;
  for (std::size_t i = 1; i < values.size(); ++i) others += values[i];
  return values[0] / (others / static_cast<double>(values.size() - 1));
}

std::vector<double> conditions(const Setting& setting, const std::string& activation) {
  const Config config = claim_config(
      setting, claim_configs::sigmoid,
      {R"(data={"source": "blobs", "classes": 1, "target": "input", "validation_fraction": 0,)"
       R"( "samples": )" +
           std::to_string(kSamples) + R"(, "features": )" + std::to_string(kInputs) + "}",
       "model.hidden=null", "model.activation=null", R"(model.layers=[")" + activation + R"("])",
       "loss=mse"});
  return for_each_index(setting, kHessians, [&](std::size_t i) {
    Config own = config;
    own.seed = seed_of(setting, i);
    return with_dtype(setting, [&](auto zero) { return condition<decltype(zero)>(own, setting); });
  });
}

void check_slope(Checks& checks, const Setting& setting) {
  const std::vector<double> points = even_points(-32, 32, 6401);
  const auto activation = setting.parts.activation({.type = "sigmoid"});
  const std::vector<double> slopes = on_tape(setting, *activation, points).slopes;
  const auto largest = std::ranges::max_element(slopes);
  // y is right to 2.5 units in the last place, y (1 - y) to three times that.
  checks.exact("largest slope", .25, *largest, 2 * epsilon(setting));
  // Around 0 the slope is 1/4 - x^2 / 16, which rounding of 2 epsilon hides up to 6 sqrt(epsilon).
  checks.exact("where the slope is largest", 0,
               points[static_cast<std::size_t>(largest - slopes.begin())],
               6 * std::sqrt(epsilon(setting)), "on a grid of 1/100");
}

void check_zigzag(Checks& checks, const Setting& setting) {
  for (const std::string activation : {"sigmoid", "tanh"}) {
    const Config config =
        claim_config(setting, claim_configs::sigmoid,
                     {"model.hidden=[" + std::to_string(kUnits) + "]", "model.init.sigma_w=1",
                      "model.activation=" + activation, "data.features=20"});
    const Index count = same_sign_nets(config, setting, kZigzagNets);
    // Pre-activations of independent rows have signs of their own: n of them agree with 2^-(n-1).
    const double predicted = activation == "sigmoid" ? 1 : std::exp2(1 - kUnits);
    checks.share(
        "gradient rows of one sign behind " + std::to_string(kUnits) + " units of " + activation,
        {predicted, predicted}, count, kZigzagNets, .03);
  }
}

void check_hessian(Checks& checks, const Setting& setting) {
  const theory::Moments moments =
      theory::moments(*setting.parts.theory_activation({.type = "sigmoid"}), 1);
  const double square = moments.mean * moments.mean;
  const double predicted = 1 + kInputs * square / (moments.mean_square - square);
  checks.mean("largest curvature over the others, behind 100 units of sigmoid",
              {predicted * (1 - kFiniteSample), predicted * (1 + kFiniteSample)},
              conditions(setting, "sigmoid"), .1, statistics::Scale::ratio);
  // All eigenvalues are the same but for the finite sample, which spreads them out to
  // (1 + sqrt(n / M))^2 (Marchenko and Pastur 1967).
  const double edge = std::pow(1 + std::sqrt(double{kInputs} / kSamples), 2);
  checks.mean("the same behind tanh", {1, edge}, conditions(setting, "tanh"), .1,
              statistics::Scale::ratio);
}

Outcome run(const Setting& setting) {
  Checks checks;
  report::Figure figure = factor_figure();
  const double critical = critical_variance(setting);
  check_factor(checks, figure, setting, claim_configs::sigmoid,
               {.label = "σ_w² = " + figure_text(critical),
                .overrides = {"model.init.sigma_w=" + std::to_string(std::sqrt(critical))},
                .skip = kSettled});
  check_factor(checks, figure, setting, claim_configs::sigmoid,
               {.label = "σ_w² = 1", .overrides = {"model.init.sigma_w=1"}, .skip = kSettled});
  check_slope(checks, setting);
  check_zigzag(checks, setting);
  check_hessian(checks, setting);
  return {.ran =
              "Nets of 14 hidden layers of 200 units before the first step, 20 seeds; 3,000 nets "
              "of 4 hidden units, one sample each; and the Hessian of a least-squares layer "
              "behind 100 units, over 4,000 samples, 6 seeds.",
          .checks = checks.take(),
          .figures = {figure, curve_figure(setting, "sigmoid", "sigmoid",
                                           "All values are above 0, and the slope is 1/4 at the "
                                           "most.")}};
}

}  // namespace
}  // namespace sigmoid_row

Claim sigmoid() {
  return {.name = "sigmoid",
          .row = "A5",
          .title = "Sigmoid and what is wrong with it",
          .statement =
              "Sigmoid's slope is 1/4 at the most, so that gradients vanish unless weights "
              "are a hundred times larger than usual; and its outputs all have one sign.",
          .formula =
              "φ′ = y(1 − y) ≤ 1/4;  χ = σ_w² E φ′(√q* z)² = 1 at σ_w² ≈ 103;  "
              "condition 1 + n μ²/s² = 577",
          .story =
              "Each layer multiplies the gradient by a slope of at most 1/4. Weights that make "
              "up for it have a variance of 103 over the fan-in, and drive nearly all units "
              "into saturation. What a unit puts out is positive: all weights it feeds move "
              "up together or down together, and the way to anywhere else is a zig-zag. For a "
              "least-squares layer that is a Hessian far steeper along the mean of its inputs "
              "than across: behind tanh it is round.",
          .source = "LeCun, Bottou, Orr and Müller 1998, Efficient BackProp",
          .config = claim_configs::sigmoid,
          .run = sigmoid_row::run};
}

}  // namespace clino::claims
