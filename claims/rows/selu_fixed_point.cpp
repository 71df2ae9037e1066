#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "claims/net.hpp"
#include "claims/parallel.hpp"
#include "claims/rows/rows.hpp"
#include "claims/signals.hpp"
#include "theory/mean_field.hpp"

namespace clino::claim_configs {
extern const std::string_view selu_fixed_point;
}

namespace clino::claims {

namespace selu_fixed_point_row {
namespace {

constexpr std::size_t kSeeds = 60;
constexpr Index kWidth = 200;
constexpr std::size_t kLayers = 12;
/// To first order in 1 / width the mean field misses ln chi and mean squares by terms of this size.
/// The latter: a layer scatters by (E phi^4 - 1) / n = 1.5 / n, what layers gather rests at
/// 1.5 / (1 - .78^2) = 3.9 of these; half the curvature of the map q -> E phi^2 (-.18) turns that
/// into a shift of -.35 / n a layer, and these gather to -.35 / (1 - .78) = -1.6 / n.
constexpr double kFiniteWidth = 2. / kWidth;

/// What the inputs look like.
struct Start {
  std::string label;
  double mean, variance;
};

const std::vector<Start>& starts() {
  static const std::vector<Start> all = {{"from variance 0.4", 0, .4},
                                         {"from variance 2.5", 0, 2.5},
                                         {"from mean 1, variance 1", 1, 1}};
  return all;
}

struct Spread {
  std::vector<double> means, variances;  ///< of the activations over the units, by hidden layer
};

/// One net, fed with inputs of exactly the mean and variance of each start.
template <class T>
std::vector<Spread> measure(const Config& config, const Setting& setting) {
  Experiment<T> experiment = claims::make_experiment<T>(config, setting);
  const Model& model = experiment.model;
  const auto count = static_cast<Index>(starts().size());
  Tape<T> tape(model.graph, experiment.parameters,
               {.max_batch = count, .mode = TapeMode::evaluate});
  const Matrix<T> inputs = tape.input(model.input);
  for (Index j = 0; j < count; ++j) {
    const Start& start = starts()[static_cast<std::size_t>(j)];
    for (Index i = 0; i < inputs.rows; ++i) {
      const double side = i % 2 == 0 ? 1 : -1;
      inputs(i, j) = static_cast<T>(start.mean + side * std::sqrt(start.variance));
    }
  }
  tape.forward({}, model.prediction);
  std::vector<Spread> spreads(starts().size());
  for (const Layer& layer : model.layers) {
    if (layer.activation == nullptr) continue;
    const auto n = static_cast<double>(layer.outputs);
    for (Index j = 0; j < count; ++j) {
      double sum = 0, squares = 0;
      for (const T h : tape.value(layer.output).column(j)) {
        sum += static_cast<double>(h);
        squares += static_cast<double>(h) * static_cast<double>(h);
      }
      Spread& spread = spreads[static_cast<std::size_t>(j)];
      spread.means.push_back(sum / n);
      spread.variances.push_back(squares / n - sum / n * sum / n);
    }
  }
  return spreads;
}

/// The same by theory: a layer's pre-activations have the mean square of the activations below.
Spread predict(const Start& start, const Setting& setting) {
  const auto selu = setting.parts.theory_activation({.type = "selu"});
  Spread spread;
  double square = start.mean * start.mean + start.variance;
  for (std::size_t layer = 0; layer < kLayers; ++layer) {
    const theory::Moments at = theory::moments(*selu, square);
    spread.means.push_back(at.mean);
    spread.variances.push_back(at.mean_square - at.mean * at.mean);
    square = at.mean_square;
  }
  return spread;
}

/// At one hidden layer.
std::vector<double> at(const std::vector<Spread>& spreads, std::vector<double> Spread::*member,
                       std::size_t layer) {
  std::vector<double> values;
  values.reserve(spreads.size());
  for (const Spread& each : spreads) values.push_back((each.*member)[layer]);
  return values;
}

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double each : values) sum += each;
  return sum / static_cast<double>(values.size());
}

void draw(const Start& start, std::size_t number, const std::vector<Spread>& spreads,
          const Spread& predicted, std::vector<double> Spread::*member, report::Figure& figure) {
  const std::string color = "c" + std::to_string(number);
  report::FigureLine points{.label = start.label, .style = {color, 0}};
  points.mark = report::FigureLine::Mark::points;
  report::FigureLine line{.label = "", .style = {color, 1}};
  for (std::size_t layer = 0; layer < kLayers; ++layer) {
    points.x.push_back(static_cast<double>(layer + 1));
    points.y.push_back(mean_of(at(spreads, member, layer)));
  }
  line.x = points.x;
  line.y = predicted.*member;
  figure.lines.push_back(std::move(line));
  figure.lines.push_back(std::move(points));
}

Interval around(double value, double reach) { return {value - reach, value + reach}; }

Outcome run(const Setting& setting) {
  Checks checks;
  const Config config = claim_config(setting, claim_configs::selu_fixed_point);
  report::Figure figure{.title = "The variance of the activations finds its way to 1",
                        .caption = "Mean over 60 nets, before the first step. Dashed: theory.",
                        .x_title = "hidden layer",
                        .y_title = "variance over the units"};

  const auto selu = setting.parts.theory_activation({.type = "selu"});
  const theory::Moments rest = theory::moments(*selu, 1);
  // The constants are given to 16 digits, quadrature is good to 1e-9.
  checks.exact("E φ(u), u standard normal", 0, rest.mean, 1e-8, "quadrature");
  checks.exact("E φ(u)², u standard normal", 1, rest.mean_square, 1e-8, "quadrature");
  const auto nets = for_each_index(setting, kSeeds, [&](std::size_t seed) {
    Config own = config;
    own.seed = seed_of(setting, seed);
    return with_dtype(setting, [&](auto zero) { return measure<decltype(zero)>(own, setting); });
  });
  for (std::size_t i = 0; i < starts().size(); ++i) {
    const Start& start = starts()[i];
    std::vector<Spread> spreads;
    spreads.reserve(nets.size());
    for (const std::vector<Spread>& net : nets) spreads.push_back(net[i]);
    const Spread predicted = predict(start, setting);
    draw(start, i, spreads, predicted, &Spread::variances, figure);
    for (const std::size_t layer : {std::size_t{0}, std::size_t{3}, kLayers - 1}) {
      const std::string where = " at layer " + std::to_string(layer + 1) + ", " + start.label;
      // With alpha 1 the variance goes down from layer to layer, to .5 and below.
      checks.mean("variance" + where, around(predicted.variances[layer], kFiniteWidth),
                  at(spreads, &Spread::variances, layer), .25);
      checks.mean("mean" + where, around(predicted.means[layer], kFiniteWidth),
                  at(spreads, &Spread::means, layer), .1);
    }
    // .78^12 = 5 % of the distance at the start is left.
    double measured = 0;
    const std::vector<double> last = at(spreads, &Spread::variances, kLayers - 1);
    const Interval interval = Checks::interval_of(last, measured);
    checks.within("variance has returned to 1, " + start.label, {.7, 1.3}, measured, interval,
                  "mean of 60 nets");
  }

  const auto deltas = series(measure_signals(config, setting, kSeeds), &Signal::deltas);
  // At rest from the first layer on, up to the output layer.
  const double expected = .5 * std::log(rest.mean_square_slope);
  const LogSlope found = log_slope(deltas);
  checks.estimate("|δ| per layer downwards",
                  {std::exp(expected - kFiniteWidth / 2), std::exp(expected + kFiniteWidth / 2)},
                  std::exp(-found.slope / 2),
                  {std::exp(-found.interval.high / 2), std::exp(-found.interval.low / 2)}, .05,
                  "slope over 12 layers, 60 seeds");
  std::vector<Check> all = checks.take();
  // The row shows where the variance ends.
  const auto shown = std::ranges::find_if(
      all, [](const Check& each) { return each.quantity.starts_with("variance has returned"); });
  std::rotate(all.begin(), shown, all.end());
  return {.ran =
              "60 nets of 12 hidden layers of 200 SELUs, weights of variance 1 / n, before the "
              "first step: one pass upwards for each of 3 kinds of input, and 60 passes downwards.",
          .checks = std::move(all),
          .figures = {figure}};
}

}  // namespace
}  // namespace selu_fixed_point_row

Claim selu_fixed_point() {
  return {.name = "selu-fixed-point",
          .row = "C7",
          .title = "SELU brings activations to mean 0 and variance 1",
          .statement =
              "Whatever mean and variance the inputs have nearby, layers of SELU lead the "
              "activations back to mean 0 and variance 1.",
          .formula =
              "E φ(u) = 0,  E φ(u)² = 1 for u standard normal;  |δ_l| / |δ_(l+1)| = "
              "√(E φ'(u)²) = 1.035",
          .story =
              "The two constants of SELU are chosen such that (0, 1) is where mean and "
              "variance stay. Below variance 1 a layer adds some, above it takes some away: "
              "about a fifth of the distance each. The way down is not balanced as exactly: "
              "the signal grows by 3.5 % a layer.",
          .source =
              "Klambauer, Unterthiner, Mayr and Hochreiter 2017, Self-normalizing neural "
              "networks",
          .config = claim_configs::selu_fixed_point,
          .run = selu_fixed_point_row::run};
}

}  // namespace clino::claims
