#include <array>
#include <cmath>

#include "claims/net.hpp"
#include "claims/on_tape.hpp"
#include "claims/parallel.hpp"
#include "claims/rows/rows.hpp"
#include "core/random.hpp"
#include "theory/mean_field.hpp"

namespace clino::claim_configs {
extern const std::string_view constants;
}

namespace clino::claims {

namespace constants_row {
namespace {

constexpr std::array<std::string_view, 10> kActivations = {
    "relu", "sigmoid", "tanh", "leaky_relu", "elu", "selu", "gelu", "silu", "mish", "softplus"};
constexpr std::array<std::string_view, 4> kDrawn = {"relu", "tanh", "elu", "gelu"};

// 2^20 draws. phi, phi^2 and phi'^2 have standard deviations of at most 1.4 here (softplus squared
// is the largest), so half an interval is at most 4.8 x 1.4 / 1024 = .0066. An ELU with alpha .9
// in place of 1 has E phi = .184 in place of .161; a SELU without its lambda E phi^2 = .906.
constexpr std::size_t kBlocks = 64, kBlock = 16'384;
constexpr double kPrecision = .01;

constexpr std::size_t kNets = 32;
constexpr Index kWidth = 200, kInputs = 64;
/// The first layer's z are exactly normal, and the second's mean square is 1 on average whatever
/// the width. The third's is E V(q_2), by V'' / 2 times the variance of q_2 away from 1: the latter
/// is at most 5 / width (ReLU), the former at most 1/2.
constexpr double kFiniteWidth = .5 / 2 * 5 / kWidth;

using Blocks = std::vector<std::vector<double>>;

Blocks draw_normals(const Setting& setting) {
  Blocks blocks(kBlocks, std::vector<double>(kBlock));
  Random random(seed_of(setting, 0), stream_id("claim constants"));
  for (std::vector<double>& block : blocks) {
    for (double& z : block) z = random.normal();
  }
  return blocks;
}

/// Means over each block.
struct BlockMeans {
  std::vector<double> value, square, slope_square;
};

BlockMeans measure(const Setting& setting, const Activation& activation, const Blocks& normals) {
  BlockMeans means;
  for (const std::vector<double>& block : normals) {
    const OnTape seen = on_tape(setting, activation, block);
    double value = 0, square = 0, slope_square = 0;
    for (std::size_t i = 0; i < kBlock; ++i) {
      value += seen.values[i];
      square += seen.values[i] * seen.values[i];
      slope_square += seen.slopes[i] * seen.slopes[i];
    }
    means.value.push_back(value / kBlock);
    means.square.push_back(square / kBlock);
    means.slope_square.push_back(slope_square / kBlock);
  }
  return means;
}

void check(Checks& checks, const std::string& quantity, double predicted,
           std::span<const double> means) {
  constexpr double kRounding = 1e-12;  // the quadrature's: the mean of an odd function is 0
  if (std::abs(predicted) < kRounding) predicted = 0;
  double measured = 0;
  const Interval interval = Checks::interval_of(means, measured);
  checks.estimate(quantity, {predicted, predicted}, measured, interval, kPrecision,
                  std::to_string(kBlocks * kBlock) + " normals");
}

/// Mean square of what the last hidden dense layer puts out, over inputs of mean square 1.
template <class T>
double last_mean_square(const Config& config, const Setting& setting) {
  Experiment<T> experiment = claims::make_experiment<T>(config, setting);
  const Model& model = experiment.model;
  Tape<T> tape(model.graph, experiment.parameters,
               {.max_batch = kInputs, .mode = TapeMode::evaluate});
  Random random(config.seed, stream_id("claim constants"));
  const Matrix<T> x = tape.input(model.input);
  for (Index j = 0; j < kInputs; ++j) {
    std::vector<double> z(static_cast<std::size_t>(x.rows));
    double squares = 0;
    for (double& each : z) {
      each = random.normal();
      squares += each * each;
    }
    const double factor = std::sqrt(static_cast<double>(x.rows) / squares);
    for (Index i = 0; i < x.rows; ++i) {
      x(i, j) = static_cast<T>(factor * z[static_cast<std::size_t>(i)]);
    }
  }
  Var last;
  for (std::size_t i = 0; i + 1 < model.layers.size(); ++i) {
    if (model.layers[i].type == "dense") last = model.layers[i].output;
  }
  tape.forward({.mode = Mode::evaluate}, last);
  double squares = 0;
  for (const T z : tape.value(last).elements()) squares += std::pow(static_cast<double>(z), 2);
  return squares / static_cast<double>(kWidth * kInputs);
}

void check_gain(Checks& checks, const Setting& setting, const std::string& activation) {
  const Config config =
      claim_config(setting, claim_configs::constants, {"model.activation=" + activation});
  const std::vector<double> squares = for_each_index(setting, kNets, [&](std::size_t i) {
    Config own = config;
    own.seed = seed_of(setting, i);
    return with_dtype(setting,
                      [&](auto zero) { return last_mean_square<decltype(zero)>(own, setting); });
  });
  // A gain that is off by 4 % or more a layer is off by 17 % or more here; the nearest pairs, GELU
  // and Mish, or SELU and softplus, are at that limit. The moments above tell those apart.
  checks.mean("mean square in layer 3 by the gain, " + activation,
              {1 - kFiniteWidth, 1 + kFiniteWidth}, squares, .15);
}

/// The mean square of the next layer over that of this one.
void draw(report::Figure& figure, const Setting& setting, const Activation& activation,
          const Activation& theory, std::size_t number, std::span<const double> normals) {
  const std::string color = "c" + std::to_string(number);
  const double weight = 1 / theory::moments(theory, 1).mean_square;
  report::FigureLine line{.label = "", .style = {color, 1}};
  report::FigureLine points{.label = activation.name(), .style = {color, 0}};
  points.mark = report::FigureLine::Mark::points;
  for (int k = -12; k <= 12; ++k) {
    const double q = std::pow(10., k / 8.);
    line.x.push_back(q);
    line.y.push_back(theory::next_length(theory, q, {.weight = weight}) / q);
    if (k % 4 != 0) continue;
    std::vector<double> scaled(normals.begin(), normals.end());
    for (double& z : scaled) z *= std::sqrt(q);
    double square = 0;
    for (const double y : on_tape(setting, activation, scaled).values) square += y * y;
    points.x.push_back(q);
    points.y.push_back(weight * square / static_cast<double>(scaled.size()) / q);
  }
  figure.lines.push_back(std::move(line));
  figure.lines.push_back(std::move(points));
}

Outcome run(const Setting& setting) {
  const auto make = [](const Parts::MakeActivation& made_by, std::string_view name) {
    return made_by({.type = std::string(name)});
  };
  const Blocks normals = draw_normals(setting);
  const auto measured = for_each_index(setting, kActivations.size(), [&](std::size_t i) {
    return measure(setting, *make(setting.parts.activation, kActivations[i]), normals);
  });
  Checks checks;
  for (std::size_t i = 0; i < kActivations.size(); ++i) {
    const std::string name(kActivations[i]);
    const theory::Moments predicted =
        theory::moments(*make(setting.parts.theory_activation, name), 1);
    check(checks, "E φ², " + name, predicted.mean_square, measured[i].square);
    check(checks, "E φ, " + name, predicted.mean, measured[i].value);
    check(checks, "E φ'², " + name, predicted.mean_square_slope, measured[i].slope_square);
  }
  for (const std::string_view name : kActivations) check_gain(checks, setting, std::string(name));
  report::Figure figure{
      .title = "What a layer makes of the length of its signal",
      .caption =
          "Mean square of the next layer's pre-activations over that of this one's, with "
          "the gain that keeps 1. Dashed: quadrature. Points: 16,384 normals through the "
          "library. A curve that falls through 1 brings lengths back to it (tanh, ELU), one "
          "that rises drives them away (GELU), a flat one leaves every length as it is "
          "(ReLU).",
      .x_title = "mean square q of the pre-activations",
      .y_title = "next layer's mean square / q",
      .log_x = true};
  for (std::size_t i = 0; i < kDrawn.size(); ++i) {
    draw(figure, setting, *make(setting.parts.activation, kDrawn[i]),
         *make(setting.parts.theory_activation, kDrawn[i]), i, normals.front());
  }
  return {.ran =
              "1,048,576 standard normals through each of ten activations on a tape, forward "
              "and backward; and for each 32 nets of three layers of 200 units with 64 random "
              "inputs of mean square 1, the first weights scaled by the gain.",
          .checks = checks.take(),
          .figures = {figure}};
}

}  // namespace
}  // namespace constants_row

Claim constants() {
  return {
      .name = "constants",
      .row = "B",
      .title = "Each activation has its constants",
      .statement =
          "Three averages over a normal input say what an activation does to signals: its "
          "mean, its mean square and the mean square of its slope; the second gives the gain that "
          "keeps signals at their size from layer to layer.",
      .formula = "E φ(z), E φ(z)², E φ'(z)² for z ~ N(0, 1);  gain = 1 / √(E φ(z)²)",
      .story =
          "In a wide net every pre-activation is a sum of many small terms, so it is nearly "
          "normal, and what a layer does to the size of a signal is an average over the bell "
          "curve. E φ is how far outputs are from being centred, E φ² what is left of the signal "
          "on its way up, E φ'² what is left of it on its way down. Weights that are larger by the "
          "gain make up for E φ². GELU, SiLU and Mish have no stable length: the gain holds at 1 "
          "only, and softplus has no weights that keep both directions.",
      .source = "He, Zhang, Ren and Sun 2015; Klambauer, Unterthiner, Mayr and Hochreiter 2017",
      .config = claim_configs::constants,
      .run = constants_row::run};
}

}  // namespace clino::claims
