#include <cmath>
#include <string>
#include <vector>

#include "claims/net.hpp"
#include "claims/rows/rows.hpp"
#include "claims/signals.hpp"
#include "layers/initializers.hpp"

namespace clino::claim_configs {
extern const std::string_view glorot_gradients;
}

namespace clino::claims {

namespace glorot_gradients_row {
namespace {

constexpr std::size_t kSeeds = 40;
constexpr Index kWidth = 300;
/// To first order in 1 / width the mean field misses ln chi by terms of this size.
constexpr double kFiniteWidth = 2. / kWidth;

struct Case {
  std::string label, init;
};

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {{"standard weights, n Var W = 1/3", "standard"},
                                        {"Glorot's weights, n Var W = 1", "xavier_uniform"}};
  return all;
}

/// E |dL/dW_l|^2 = E |delta_l|^2 E |h_(l-1)|^2: the mean square of h is what is left of that of the
/// pre-activation, q_l = sigma_w^2 E h^2 + sigma_b^2. Up to a factor that all layers share.
std::vector<double> weight_gradients(const PredictedSignal& predicted, const std::string& init) {
  const DenseSpread spread = dense_spread({.type = init}, 1, kWidth, kWidth);
  const double weight = spread.weight_variance * static_cast<double>(kWidth);
  std::vector<double> squares;
  squares.reserve(predicted.deltas.size());
  // All but the output layer, which is of another shape.
  for (std::size_t layer = 0; layer + 1 < predicted.deltas.size(); ++layer) {
    const double activation = (predicted.lengths[layer].value - spread.bias_variance) / weight;
    squares.push_back(std::pow(predicted.deltas[layer].value, 2) * activation);
  }
  return squares;
}

/// Without the output layer.
std::vector<std::vector<double>> hidden(std::vector<std::vector<double>> squares) {
  for (std::vector<double>& each : squares) each.pop_back();
  return squares;
}

/// The factor from one layer's norm to that of the layer below.
double factor(double log_slope) { return std::exp(-log_slope / 2); }

struct Series {
  std::string label;
  std::vector<std::vector<double>> measured;  ///< squares [seed][layer]
  std::vector<double> predicted;              ///< squares, up to a common factor
};

void check(const Series& series, Checks& checks) {
  const double expected = log_slope(series.predicted);
  const LogSlope found = log_slope(series.measured);
  // Standard and Glorot's weights are apart by .27 in the factor of the deltas.
  checks.estimate(series.label, {factor(expected + kFiniteWidth), factor(expected - kFiniteWidth)},
                  factor(found.slope), {factor(found.interval.high), factor(found.interval.low)},
                  .06, "slope over 5 layers, 40 seeds");
}

void draw(const Series& series, std::size_t number, report::Figure& figure) {
  const std::string color = "c" + std::to_string(number);
  report::FigureLine points{.label = series.label, .style = {color, 0}};
  points.mark = report::FigureLine::Mark::points;
  report::FigureLine line{.label = "", .style = {color, 1}};
  points.y = root_means(series.measured);
  for (std::size_t layer = 0; layer < points.y.size(); ++layer) {
    points.x.push_back(static_cast<double>(layer + 1));
    line.y.push_back(std::sqrt(series.predicted[layer] / series.predicted.back()));
  }
  line.x = points.x;
  figure.lines.push_back(std::move(line));
  figure.lines.push_back(std::move(points));
}

Outcome run(const Setting& setting) {
  Checks checks;
  std::vector<report::Figure> figures;
  for (const Case& each : cases()) {
    const Config config =
        claim_config(setting, claim_configs::glorot_gradients, {"model.init=" + each.init});
    const std::vector<Signal> signals = measure_signals(config, setting, kSeeds);
    const PredictedSignal predicted = predict_signal(config, setting);
    Series deltas{.label = "|δ| per layer, " + each.label,
                  .measured = hidden(series(signals, &Signal::deltas)),
                  .predicted = {}};
    for (std::size_t layer = 0; layer + 1 < predicted.deltas.size(); ++layer)
      deltas.predicted.push_back(std::pow(predicted.deltas[layer].value, 2));
    const Series weights{.label = "|∂L/∂W| per layer, " + each.label,
                         .measured = hidden(series(signals, &Signal::weight_gradients)),
                         .predicted = weight_gradients(predicted, each.init)};
    check(deltas, checks);
    check(weights, checks);
    // What the paper's figures 7 and 8 show: deltas shrink or not, the weights' gradients never do.
    const LogSlope flat = log_slope(weights.measured);
    checks.within("|∂L/∂W| is flat, " + each.label, {.9, 1.1}, factor(flat.slope),
                  {factor(flat.interval.high), factor(flat.interval.low)},
                  "slope over 5 layers, 40 seeds");
    report::Figure figure{
        .title = "Two kinds of gradient, " + each.label,
        .caption =
            "Norms at each hidden layer relative to the last one's, before the first step. "
            "Points: root mean square over 40 seeds. Dashed: theory.",
        .x_title = "hidden layer",
        .y_title = "norm relative to the last hidden layer's",
        .log_y = true};
    draw(deltas, 0, figure);
    draw(weights, 1, figure);
    figures.push_back(std::move(figure));
  }
  return {.ran =
              "Nets of 5 hidden layers of 300 tanh units, one pass both ways before the first "
              "step, 40 seeds for each initialiser.",
          .checks = checks.take(),
          .figures = std::move(figures)};
}

}  // namespace
}  // namespace glorot_gradients_row

Claim glorot_gradients() {
  return {.name = "glorot-gradients",
          .row = "C2",
          .title = "The gradients of the weights hide that the signal vanishes",
          .statement =
              "With the standard first weights the back-propagated signal falls by about 0.58 a "
              "layer, yet the gradients of the weights are equally large in all layers.",
          .formula = "|δ_l| / |δ_(l+1)| ≈ √(n Var W) = √(1/3) = 0.577,  ∂L/∂W_l = δ_l h_(l-1)ᵀ",
          .story =
              "A weight's gradient is the signal from above times the activation from below. "
              "Downwards the one shrinks, upwards the other does, by the same factor: in the "
              "product nothing is left to be seen. That is why Clino logs activations, deltas and "
              "weight gradients apart. With Glorot's weights neither shrinks much.",
          .source =
              "Glorot and Bengio 2010, Understanding the difficulty of training deep "
              "feedforward neural networks, figures 6 to 8",
          .config = claim_configs::glorot_gradients,
          .run = glorot_gradients_row::run};
}

}  // namespace clino::claims
