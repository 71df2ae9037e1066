#include <array>
#include <bit>
#include <cmath>
#include <numbers>

#include "claims/dead_at_start.hpp"
#include "claims/net.hpp"
#include "claims/parallel.hpp"
#include "claims/rows/rows.hpp"
#include "claims/units.hpp"
#include "theory/mean_field.hpp"

namespace clino::claim_configs {
extern const std::string_view dying_units;
}

namespace clino::claims {

namespace dying_units_row {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

constexpr std::size_t kPushedSeeds = 4;
constexpr Index kPushed = 16;  ///< of the 32 units of the first layer

// A rate of 3 kills half of the units, one of .1 a few per cent, with a deviation of about .3
// between seeds: half an interval of their difference is about 6.4 x .3 / sqrt(16) = .48.
constexpr std::size_t kSweepSeeds = 16;
constexpr std::array<double, 4> kRates = {.1, 1, 2, 3};

/// What becomes of units that are pushed below 0 on every sample.
struct Fate {
  std::size_t gradients = 0;     ///< numbers of theirs with a gradient that was not 0, in some step
  std::size_t moved = 0;         ///< numbers of theirs that are not what they were
  std::size_t others_still = 0;  ///< units alive at the start none of whose numbers has moved
  std::size_t others = 0;        ///< units alive at the start
};

/// Calls `visit(number)` for all weights and the bias of a unit, in a flat run of the segments.
template <class T, class Visit>
void for_each_number(Matrix<const T> weight, Matrix<const T> bias, Index unit, const Visit& visit) {
  for (Index j = 0; j < weight.columns; ++j) visit(weight(unit, j));
  visit(bias(unit, 0));
}

template <class T>
Fate follow_pushed(const Config& config, const Setting& setting) {
  Experiment<T> experiment = claims::make_experiment<T>(config, setting);
  push_below(experiment, kPushed, .5);
  const Layer dense = experiment.model.layers.front();
  const Parameters<T>& parameters = experiment.parameters;
  const auto numbers = [&] {
    std::vector<std::vector<T>> all(static_cast<std::size_t>(dense.outputs));
    for (Index unit = 0; unit < dense.outputs; ++unit) {
      for_each_number(parameters.value(dense.weight), parameters.value(dense.bias), unit,
                      [&](T x) { all[static_cast<std::size_t>(unit)].push_back(x); });
    }
    return all;
  };
  const std::vector<unsigned char> alive = find_active(experiment);
  const auto before = numbers();
  Fate fate;
  Session<T> session(config, experiment);
  train_session<T>(session, setting, [&](Session<T>&) {
    for (Index unit = 0; unit < kPushed; ++unit) {
      for_each_number(parameters.gradient(dense.weight), parameters.gradient(dense.bias), unit,
                      [&](T x) { fate.gradients += x != 0 ? 1 : 0; });
    }
    return true;
  });
  const auto after = numbers();
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  for (std::size_t unit = 0; unit < after.size(); ++unit) {
    std::size_t moved = 0;
    for (std::size_t i = 0; i < after[unit].size(); ++i) {
      moved += std::bit_cast<Bits>(after[unit][i]) != std::bit_cast<Bits>(before[unit][i]) ? 1 : 0;
    }
    if (unit < kPushed) {
      fate.moved += moved;
    } else if (alive[unit] != 0) {
      ++fate.others;
      fate.others_still += moved == 0 ? 1 : 0;
    }
  }
  return fate;
}

void check_pushed(Checks& checks, const Setting& setting) {
  const Config config =
      claim_config(setting, claim_configs::dying_units, {"optimizer.learning_rate=0.1"});
  const auto fates = for_each_index(setting, kPushedSeeds, [&](std::size_t i) {
    Config own = config;
    own.seed = seed_of(setting, i);
    return with_dtype(setting,
                      [&](auto zero) { return follow_pushed<decltype(zero)>(own, setting); });
  });
  Fate all;
  for (const Fate& each : fates) {
    all.gradients += each.gradients;
    all.moved += each.moved;
    all.others_still += each.others_still;
    all.others += each.others;
  }
  const std::string how = "16 units of the first layer, " + std::to_string(kPushedSeeds) +
                          " seeds, 750 steps of SGD each: to the bit";
  checks.exact("gradients of dead units that are not 0", 0, static_cast<double>(all.gradients), 0,
               how);
  checks.exact("weights and biases of dead units that move", 0, static_cast<double>(all.moved), 0,
               how);
  checks.exact("units alive at the start that do not move", 0,
               static_cast<double>(all.others_still), 0,
               "of " + std::to_string(all.others) + ": to the bit");
}

void check_bias(Checks& checks, const Setting& setting, report::Figure& figure) {
  const BiasNets nets;
  constexpr std::array<double, 4> kBiases = {.5, 1, 2, 3};
  const std::vector<std::vector<double>> shares = dead_by_bias(setting, nets, kBiases);
  report::FigureLine line{.label = "theory", .style = {"c0", 1}};
  report::FigureLine points{.label = "measured", .style = {"c0", 0}};
  points.mark = report::FigureLine::Mark::points;
  for (int i = 0; i <= 40; ++i) {
    line.x.push_back(.1 * i);
    line.y.push_back(predicted_dead(nets, line.x.back()));
  }
  for (std::size_t i = 0; i < kBiases.size(); ++i) {
    const double predicted = predicted_dead(nets, kBiases[i]);
    // Phi of a fixed |w| in place of the mean over |w|, or M - 1 samples in place of M, may be as
    // near as this; one sample in place of 64 is off by .2 or more.
    checks.mean("share of dead units with the bias -" + figure_text(kBiases[i]),
                {predicted, predicted}, shares[i], .04);
    double mean = 0;
    const Interval interval = Checks::interval_of(shares[i], mean);
    points.x.push_back(kBiases[i]);
    points.y.push_back(mean);
    points.low.push_back(interval.low);
    points.high.push_back(interval.high);
  }
  figure.lines = {std::move(line), std::move(points)};
}

void check_dead_nets(Checks& checks, const Setting& setting) {
  struct Size {
    Index width, depth;
  };
  for (const Size size : {Size{2, 9}, Size{3, 20}, Size{4, 10}}) {
    const double predicted =
        1 - std::pow(1 - std::pow(2., -static_cast<double>(size.width)), size.depth);
    constexpr Index kNets = 10'000;
    // Half an interval is at most 4.42 x .5 / sqrt(10,000) = .022.
    checks.share("nets dead at the start, width " + std::to_string(size.width) + ", depth " +
                     std::to_string(size.depth),
                 {predicted, predicted}, count_dead_nets(setting, size.width, size.depth, kNets),
                 kNets, .025);
  }
}

void check_correlation(Checks& checks, const Setting& setting) {
  const std::vector<std::vector<double>> shares = inactive_on_both(setting);
  const std::shared_ptr<const Activation> relu = setting.parts.theory_activation({.type = "relu"});
  double correlation = 0;
  for (std::size_t layer = 1; layer <= kMapDepth; ++layer) {
    // P(both below 0) of two standard normals: Sheppard 1899.
    const double predicted = .25 + std::asin(correlation) / (2 * std::numbers::pi);
    if (layer <= 3 || layer == kMapDepth) {
      // A correlation that stays at 0 leaves .25 everywhere: off by .05, .08 and .16.
      checks.mean("share inactive on two orthogonal inputs, layer " + std::to_string(layer),
                  {predicted - map_bias(layer), predicted + map_bias(layer)}, shares[layer - 1],
                  layer < kMapDepth ? .03 : .05);
    }
    correlation = theory::next_correlation(*relu, 1, 1, correlation, {.weight = 2, .bias = 0});
  }
}

void check_rates(Checks& checks, const Setting& setting, report::Figure& figure) {
  const auto shares = for_each_index(setting, kSweepSeeds, [&](std::size_t i) {
    std::array<double, kRates.size()> dead;
    for (std::size_t k = 0; k < kRates.size(); ++k) {
      Config config = claim_config(setting, claim_configs::dying_units);
      config.seed = seed_of(setting, i);
      config.optimizer.learning_rate = kRates[k];
      dead[k] = with_dtype(setting, [&](auto zero) {
        auto experiment = train_experiment<decltype(zero)>(config, setting);
        return dead_share(experiment);
      });
    }
    return dead;
  });
  report::FigureLine line{.label = "", .style = {"c1", 0}};
  line.mark = report::FigureLine::Mark::line_and_points;
  for (std::size_t k = 0; k < kRates.size(); ++k) {
    std::vector<double> at_rate, more;
    for (const auto& dead : shares) {
      at_rate.push_back(dead[k]);
      more.push_back(dead[k] - dead[0]);
    }
    double mean = 0;
    const Interval interval = Checks::interval_of(at_rate, mean);
    line.x.push_back(kRates[k]);
    line.y.push_back(mean);
    line.low.push_back(interval.low);
    line.high.push_back(interval.high);
    if (k + 1 < kRates.size()) continue;
    double rise = 0;
    const Interval rise_interval = Checks::interval_of(more, rise);
    checks.within("share of dead units at the rate 3, less that at .1", {0, kInfinity}, rise,
                  rise_interval, std::to_string(kSweepSeeds) + " pairs of runs");
  }
  figure.lines = {std::move(line)};
}

Outcome run(const Setting& setting) {
  Checks checks;
  report::Figure by_bias{
      .title = "Units that are dead before training",
      .caption =
          "Share of ReLU units that are inactive on all of 64 Gaussian samples, by how far "
          "the bias is below 0; whiskers: intervals over 200 nets.",
      .x_title = "bias below 0",
      .y_title = "share of dead units",
      .from_zero = true};
  report::Figure by_rate{
      .title = "Large steps kill units",
      .caption =
          "Share of ReLU units that are inactive on the whole training part after 30 epochs "
          "of plain SGD on two moons; band: interval over 16 seeds.",
      .x_title = "learning rate",
      .y_title = "share of dead units",
      .log_x = true,
      .from_zero = true};
  check_pushed(checks, setting);
  check_bias(checks, setting, by_bias);
  check_dead_nets(checks, setting);
  check_correlation(checks, setting);
  check_rates(checks, setting, by_rate);
  return {.ran =
              "Two moons, 32 + 32 ReLU units, plain SGD: 4 seeds with half of the first layer "
              "pushed below 0 on every sample, 16 seeds at each of four learning rates. Before "
              "training: 200 nets with the biases moved down, 10,000 tiny nets of each of three "
              "sizes, 32 nets of ten layers of 256 units with 16 pairs of orthogonal inputs.",
          .checks = checks.take(),
          .figures = {by_bias, by_rate}};
}

}  // namespace
}  // namespace dying_units_row

Claim dying_units() {
  return {
      .name = "dying-units",
      .row = "A8",
      .title = "ReLU units die, and stay dead",
      .statement =
          "A ReLU unit that is below 0 on every sample has no gradient, and in the first layer "
          "under plain SGD it stays as it is for ever.",
      .formula =
          "P(dead) = E[Φ(b / |w|)^M] for the bias -b;  P(net dead) = 1 - (1 - 2^-N)^H;  "
          "P(inactive on both) = 1/4 + asin(c_l) / 2π",
      .story =
          "Below 0 ReLU is flat: nothing that changes the unit's weights a little changes the "
          "loss, so they are not changed at all. The first layer's inputs are the data, which stay "
          "as they are, so nothing else can bring the unit back. In deeper layers the inputs move, "
          "and momentum or Adam may carry a unit on for some steps: there units do return. A step "
          "that is too large throws units over the edge. In a deep and narrow net chance alone is "
          "enough: as soon as one whole layer is off, nothing passes.",
      .source =
          "Maas, Hannun and Ng 2013; Lu, Shin, Su and Karniadakis 2019, Dying ReLU and "
          "initialization",
      .config = claim_configs::dying_units,
      .run = dying_units_row::run};
}

}  // namespace clino::claims
