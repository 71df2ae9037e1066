#include <cmath>

#include "claims/layer_factor.hpp"
#include "claims/net.hpp"
#include "claims/rows/rows.hpp"

namespace clino::claim_configs {
extern const std::string_view vanishing;
}

namespace clino::claims {

namespace vanishing_row {
namespace {

constexpr std::size_t kSeeds = 20;
/// To first order in 1 / width (300) the mean field misses ln chi by terms of this size.
constexpr double kFiniteWidth = 2. / 300;

/// An activation with the weights it is run with.
struct Case {
  std::string label, activation, init;
};

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"sigmoid, sigma_w = 1", "sigmoid", R"({"type": "normal", "sigma_w": 1, "sigma_b": 0})"},
      {"tanh, sigma_w = 1, sigma_b^2 = .05", "tanh",
       R"({"type": "normal", "sigma_w": 1, "sigma_b": 0.223606797749979})"},
      {"tanh, sigma_w = 2: explodes", "tanh", R"({"type": "normal", "sigma_w": 2, "sigma_b": 0})"},
      {"ReLU, He", "relu", R"("he_normal")"}};
  return all;
}

/// The factor from one layer's delta norm to that of the layer below.
double factor(double log_slope) { return std::exp(-log_slope / 2); }

Outcome run(const Setting& setting) {
  Checks checks;
  report::Figure figure = factor_figure();
  for (const Case& each : cases()) {
    const Config config =
        claim_config(setting, claim_configs::vanishing,
                     {"model.activation=" + each.activation, "model.init=" + each.init});
    const std::vector<Signal> signals = measure_signals(config, setting, kSeeds);
    const PredictedSignal predicted = predict_signal(config, setting);
    std::vector<double> squares;
    for (const theory::Predicted& delta : predicted.deltas)
      squares.push_back(std::pow(delta.value, 2));
    const double expected = log_slope(squares);
    const LogSlope found = log_slope(series(signals, &Signal::deltas));
    // To 6 % of the factor: a chi with E phi' in place of E phi'^2 misses it by a quarter or more.
    checks.estimate("factor per layer, " + each.label,
                    {factor(expected + kFiniteWidth), factor(expected - kFiniteWidth)},
                    factor(found.slope), {factor(found.interval.high), factor(found.interval.low)},
                    .06 * factor(expected), "slope over 20 layers, 20 seeds");
    draw_factors(figure, each.label, signals, predicted);
  }
  return {.ran =
              "Nets of 20 hidden layers of 300 units, one pass both ways before the first step, "
              "20 seeds for each activation.",
          .checks = checks.take(),
          .figures = {figure}};
}

}  // namespace
}  // namespace vanishing_row

Claim vanishing() {
  return {
      .name = "vanishing",
      .row = "A4",
      .title = "Gradients vanish or explode exponentially with depth",
      .statement =
          "From each layer to the one below the back-propagated signal changes by the "
          "same factor, so that it vanishes or explodes exponentially.",
      .formula =
          "|δ_l| / |δ_(l+1)| = √χ,  χ = σ_w² E φ'(√q z)²,  "
          "q_(l+1) = σ_w² E φ(√q_l z)² + σ_b²",
      .story =
          "On its way down the signal is multiplied by the slope of the activation and by "
          "the weights, once for each layer. In a wide net the product is the same in all "
          "layers: below 1 the first layers learn nothing, above 1 steps blow up.",
      .source = "Schoenholz, Gilmer, Ganguli and Sohl-Dickstein 2017, Deep information propagation",
      .config = claim_configs::vanishing,
      .run = vanishing_row::run};
}

}  // namespace clino::claims
