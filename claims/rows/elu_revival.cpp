#include <algorithm>
#include <cmath>
#include <numeric>

#include "claims/net.hpp"
#include "claims/on_tape.hpp"
#include "claims/parallel.hpp"
#include "claims/rows/rows.hpp"
#include "claims/units.hpp"
#include "core/random.hpp"
#include "probe/layer_probe.hpp"
#include "theory/moments.hpp"
#include "train/batch.hpp"

namespace clino::claim_configs {
extern const std::string_view elu_revival;
}

namespace clino::claims {

namespace elu_revival_row {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

constexpr std::size_t kSeeds = 12;
constexpr Index kPushed = 16;  ///< of the 32 units of the first layer
constexpr double kMargin = .1;
/// Theory says that units learn, not where to: how many come back depends on the data and on how
/// far they were pushed. A wrong rule brings none back.
constexpr double kLeastBack = .1;

constexpr Index kWidth = 256;
constexpr std::size_t kNets = 40;
/// Half the second derivative of E phi by q (below 1/4) times the variance of q in layer 3, at most
/// 2 x 5 / width.
constexpr double kFiniteWidth = .25 * 10 / kWidth;

/// What became of one net whose units were pushed.
struct Life {
  std::vector<Index> above;    ///< pushed units above 0 on some sample: at first, after each epoch
  Index learned = 0;           ///< pushed units whose weights are not what they were
  std::vector<double> inputs;  ///< all pre-activations of the first layer at the end
};

template <class T>
Index count_above(Experiment<T>& experiment) {
  const std::vector<double> largest = largest_inputs(experiment);
  return std::count_if(largest.begin(), largest.begin() + kPushed, [](double z) { return z > 0; });
}

/// One pass both ways over the whole training part as one batch.
template <class T>
Tape<T> replay_training_part(Experiment<T>& experiment) {
  const Model& model = experiment.model;
  std::vector<Index> samples(static_cast<std::size_t>(experiment.data.train.size()));
  std::iota(samples.begin(), samples.end(), Index{0});
  Tape<T> tape(model.graph, experiment.parameters,
               {.max_batch = std::ssize(samples), .mode = TapeMode::train});
  const double normalizer =
      fill_batch(tape, model, experiment.data.train, samples, experiment.class_weights);
  tape.forward({.normalizer = normalizer});
  experiment.parameters.zero_gradients();
  tape.backward(model.loss);
  return tape;
}

template <class T>
Life live_pushed(const Config& config, const Setting& setting) {
  Experiment<T> experiment = claims::make_experiment<T>(config, setting);
  push_below(experiment, kPushed, kMargin);
  const Layer& dense = experiment.model.layers.front();
  const Matrix<T> weight = experiment.parameters.value(dense.weight);
  const std::vector<T> before(weight.elements().begin(), weight.elements().end());
  Life life;
  life.above.push_back(count_above(experiment));
  Session<T> session(config, experiment);
  train_session<T>(session, setting, [&](Session<T>& at) {
    // The end of an epoch has begun the next.
    if (at.state().batch == 0) life.above.push_back(count_above(experiment));
    return true;
  });
  for (Index unit = 0; unit < kPushed; ++unit) {
    bool same = true;
    for (Index j = 0; j < weight.columns; ++j) {
      same = same && weight(unit, j) == before[static_cast<std::size_t>(unit + j * weight.rows)];
    }
    life.learned += same ? 0 : 1;
  }
  const Tape<T> tape = replay_training_part(experiment);
  const auto z = tape.value(dense.output).elements();
  life.inputs.assign(z.begin(), z.end());
  return life;
}

/// After an ordinary training: |mean output| of the hidden layers, averaged over them.
template <class T>
double mean_after(const Config& config, const Setting& setting) {
  Experiment<T> experiment = train_experiment<T>(config, setting);
  const Tape<T> tape = replay_training_part(experiment);
  LayerProbe<T> probe(experiment.model, experiment.parameters);
  probe.observe(tape, experiment.parameters);
  const std::vector<std::size_t> layers = activation_layers(experiment.model);
  double sum = 0;
  for (const std::size_t layer : layers) sum += std::abs(probe.records()[layer].output_mean);
  return sum / static_cast<double>(layers.size());
}

/// The claim's config with an activation and seed number i.
Config config_of(const Setting& setting, const std::string& activation, std::size_t i) {
  Config config =
      claim_config(setting, claim_configs::elu_revival, {"model.activation=" + activation});
  config.seed = seed_of(setting, i);
  return config;
}

std::vector<Life> lives(const Setting& setting, const std::string& activation) {
  return for_each_index(setting, kSeeds, [&](std::size_t i) {
    const Config config = config_of(setting, activation, i);
    return with_dtype(setting,
                      [&](auto zero) { return live_pushed<decltype(zero)>(config, setting); });
  });
}

Index total_above(const std::vector<Life>& all) {
  Index sum = 0;
  for (const Life& each : all) sum += each.above.back();
  return sum;
}

Index total_learned(const std::vector<Life>& all) {
  Index sum = 0;
  for (const Life& each : all) sum += each.learned;
  return sum;
}

/// Pre-activations of the first layer at which the slope, as training computes it, is exactly 0.
double count_flat(const Setting& setting, const std::string& activation,
                  const std::vector<Life>& all) {
  const auto made = setting.parts.activation({.type = activation});
  double flat = 0;
  for (const Life& each : all) {
    const OnTape seen = on_tape(setting, *made, each.inputs);
    flat += static_cast<double>(std::ranges::count(seen.slopes, 0.0));
  }
  return flat;
}

/// Mean output of the third of three wide layers before training, for one input of mean square 1.
template <class T>
double mean_output(const Setting& setting, const std::string& activation, std::uint64_t seed) {
  const std::vector<Index> widths(3, kWidth);
  Net<T> net = make_net<T>({.inputs = kWidth,
                            .outputs = 1,
                            .layers = hidden_layers(widths, {.type = activation}),
                            .init = {.type = "auto"},
                            .loss = {.type = "mse"}},
                           setting, seed);
  Tape<T> tape(net.model.graph, net.parameters, {.max_batch = 1, .mode = TapeMode::evaluate});
  std::ranges::fill(tape.input(net.model.input).elements(), T{1});
  const Var last = net.model.layers[activation_layers(net.model).back()].output;
  tape.forward({.mode = Mode::evaluate}, last);
  double sum = 0;
  for (const T y : tape.value(last).elements()) sum += static_cast<double>(y);
  return sum / kWidth;
}

void check_means(Checks& checks, const Setting& setting) {
  for (const std::string activation : {"elu", "relu"}) {
    const std::vector<double> means = for_each_index(setting, kNets, [&](std::size_t i) {
      return with_dtype(setting, [&](auto zero) {
        return mean_output<decltype(zero)>(setting, activation, seed_of(setting, i));
      });
    });
    const double predicted =
        theory::moments(*setting.parts.theory_activation({.type = activation}), 1).mean;
    // ELU's and ReLU's are .24 apart.
    checks.mean("mean output before training, " + activation,
                {predicted - kFiniteWidth, predicted + kFiniteWidth}, means, .1);
  }
}

/// Where the slope, as training computes it, falls below .001: to within the step of the points.
void check_faint(Checks& checks, const Setting& setting) {
  const auto elu = setting.parts.activation({.type = "elu"});
  const std::vector<double> points = even_points(-8, -6, 20'001);
  const OnTape seen = on_tape(setting, *elu, points);
  const auto first = std::ranges::find_if(seen.slopes, [](double slope) { return slope >= .001; });
  const auto at = static_cast<std::size_t>(first - seen.slopes.begin());
  checks.exact("below this ELU's slope is under .001", -std::log(1000.),
               points[std::min(at, points.size() - 1)], 2e-4, "points 1e-4 apart");
}

void check_means_after(Checks& checks, const Setting& setting) {
  const std::vector<double> nearer = for_each_index(setting, kSeeds, [&](std::size_t i) {
    return with_dtype(setting, [&](auto zero) {
      const auto mean = [&](const std::string& activation) {
        return mean_after<decltype(zero)>(config_of(setting, activation, i), setting);
      };
      return mean("relu") - mean("elu");
    });
  });
  double mean = 0;
  const Interval interval = Checks::interval_of(nearer, mean);
  checks.within("|mean output| after training, ReLU's less ELU's", {0, kInfinity}, mean, interval,
                std::to_string(kSeeds) + " pairs of runs");
}

report::FigureLine draw(const std::vector<Life>& all, std::string label, std::string color) {
  report::FigureLine line{.label = std::move(label), .style = {std::move(color), 0}};
  for (std::size_t epoch = 0; epoch < all.front().above.size(); ++epoch) {
    double sum = 0;
    for (const Life& each : all) sum += static_cast<double>(each.above[epoch]);
    line.x.push_back(static_cast<double>(epoch));
    line.y.push_back(sum / static_cast<double>(kPushed) / static_cast<double>(all.size()));
  }
  return line;
}

Outcome run(const Setting& setting) {
  const std::vector<Life> elu = lives(setting, "elu"), relu = lives(setting, "relu");
  const Index pushed = kPushed * static_cast<Index>(kSeeds);
  const std::string how = "of " + std::to_string(pushed) + " pushed units, 30 epochs";
  Checks checks;
  std::vector<double> back;
  back.reserve(elu.size());
  for (const Life& each : elu) {
    back.push_back(static_cast<double>(each.above.back()) / static_cast<double>(kPushed));
  }
  double share = 0;
  const Interval interval = Checks::interval_of(back, share);
  checks.within("share of ELU units that have come back", {kLeastBack, 1}, share,
                {interval.low, std::min(interval.high, 1.)}, how);
  checks.exact("ReLU units that have come back", 0, static_cast<double>(total_above(relu)), 0, how);
  checks.exact("ELU units that have learned", static_cast<double>(pushed),
               static_cast<double>(total_learned(elu)), 0, how);
  checks.exact("ReLU units that have learned", 0, static_cast<double>(total_learned(relu)), 0, how);
  const std::string where = "slopes at all pre-activations of the first layer after training";
  checks.exact("slopes of ELU that are exactly 0", 0, count_flat(setting, "elu", elu), 0, where);
  checks.in_range("slopes of ReLU that are exactly 0", {1, kInfinity},
                  count_flat(setting, "relu", relu), where);
  check_faint(checks, setting);
  check_means(checks, setting);
  check_means_after(checks, setting);
  report::Figure figure{
      .title = "Units that were pushed below 0 on every sample",
      .caption =
          "Share of them that are above 0 on some sample again, by epoch of plain SGD: many "
          "of ELU's come back, none of ReLU's does.",
      .x_title = "epoch",
      .y_title = "share above 0 again",
      .from_zero = true};
  figure.lines = {draw(elu, "ELU", "c0"), draw(relu, "ReLU", "c1")};
  return {.ran =
              "Two moons, 32 + 32 units, plain SGD, 12 seeds for ELU and for ReLU: half of the "
              "first layer begins .1 and more below 0 on every sample; 12 seeds of each without "
              "that. Before training: 40 nets of three layers of 256 units.",
          .checks = checks.take(),
          .figures = {figure}};
}

}  // namespace
}  // namespace elu_revival_row

Claim elu_revival() {
  return {
      .name = "elu-revival",
      .row = "A9",
      .title = "ELU cures the dead unit",
      .statement =
          "No slope of ELU is ever 0: units that are below 0 on every sample go on learning, and "
          "many come back; and its outputs are nearer to mean 0 than ReLU's.",
      .formula = "φ'(x) = e^x > 0 for x ≤ 0;  E φ(z) = .1605 for ELU, .3989 for ReLU",
      .story =
          "Where ReLU is flat ELU still falls, if ever more gently: a unit that is below 0 "
          "on every sample goes on learning. Where to is up to the loss: of units pushed .1 below "
          "0 most come back above it within 30 epochs, of those pushed by .5 one in eight; the "
          "others are of use where they are. Far below 0 it takes long: under -6.9 the slope is "
          "less than .001, and such a unit is "
          "as good as dead. Because ELU's outputs are negative there, their mean is nearer to "
          "0, which keeps the next layer's inputs centred.",
      .source = "Clevert, Unterthiner and Hochreiter 2016",
      .config = claim_configs::elu_revival,
      .run = elu_revival_row::run};
}

}  // namespace clino::claims
