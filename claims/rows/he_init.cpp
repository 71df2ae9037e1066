#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "claims/net.hpp"
#include "claims/parallel.hpp"
#include "claims/rows/rows.hpp"
#include "claims/signals.hpp"
#include "train/evaluator.hpp"

namespace clino::claim_configs {
extern const std::string_view he_init;
}

namespace clino::claims {

namespace he_init_row {
namespace {

constexpr std::size_t kSeeds = 30;
constexpr std::size_t kTrained = 4;

/// Half of what comes in gets through a ReLU: with weights of variance sigma_w^2 / fan_in mean
/// squares change by sigma_w^2 / 2 a layer. That holds at any width for the mean over all weights,
/// upwards and downwards: the signs of the pre-activations are independent of how large they are.
struct Case {
  std::string label, init, widths;
  double factor;  ///< of mean squares, per layer
};

const std::vector<Case>& cases() {
  const std::string square = "[200,200,200,200,200,200,200,200,200,200,200,200]";
  // Narrowing by 1 / sqrt(2) a layer: He's rule by fan_out would be off by sqrt(2) a layer.
  static const std::vector<Case> all = {
      {"Glorot", "xavier_normal", square, .5},
      {"He", "he_normal", square, 1},
      {"He, narrowing layers", "he_normal", "[400,283,200,141,100,71]", 1}};
  return all;
}

/// Without the output layer, which has a fan_out of its own.
std::vector<std::vector<double>> hidden(std::vector<std::vector<double>> squares) {
  for (std::vector<double>& each : squares) each.pop_back();
  return squares;
}

/// The factor of means, from a layer to the next; with `downwards` to the one below.
void check(const std::string& quantity, double expected,
           const std::vector<std::vector<double>>& squares, bool downwards, Checks& checks) {
  const LogSlope found = log_slope(squares);
  const double sign = downwards ? -1 : 1;
  const double low = sign * (downwards ? found.interval.high : found.interval.low);
  const double high = sign * (downwards ? found.interval.low : found.interval.high);
  // He's is twice Glorot's.
  checks.estimate(quantity, {expected, expected}, std::exp(sign * found.slope),
                  {std::exp(low), std::exp(high)}, .25 * expected,
                  std::to_string(squares.front().size()) + " layers, " +
                      std::to_string(squares.size()) + " seeds");
}

void draw(const Case& each, std::size_t number, const std::vector<std::vector<double>>& squares,
          report::Figure& figure) {
  report::FigureLine line{.label = each.label, .style = {"c" + std::to_string(number), 0}};
  line.mark = report::FigureLine::Mark::line_and_points;
  for (std::size_t layer = 0; layer < squares.front().size(); ++layer) {
    double mean = 0, first = 0;
    for (const std::vector<double>& seed : squares) {
      mean += seed[layer];
      first += seed.front();
    }
    line.x.push_back(static_cast<double>(layer + 1));
    line.y.push_back(mean / first);
  }
  figure.lines.push_back(std::move(line));
}

/// 95 % of the training set right: then a run is at its goal.
constexpr double kGoal = .95;

struct Training {
  std::vector<double> epochs, losses;
  double accuracy = 0;  ///< of the training set, at the end
};

/// Until the goal, or the end of the config's epochs.
Training train(const Config& config, const Setting& setting) {
  return with_dtype(setting, [&](auto zero) {
    using T = decltype(zero);
    Training training;
    Experiment<T> experiment = claims::make_experiment<T>(config, setting);
    Session<T> session(config, experiment);
    Evaluator<T> evaluator(experiment.model, experiment.parameters, session.kind(), {});
    train_session<T>(session, setting, [&](Session<T>& now) {
      if (now.state().batch != 1) return true;  // not the first step of an epoch
      const Metrics metrics = evaluator.evaluate(experiment.data.train);
      training.epochs.push_back(static_cast<double>(now.state().epoch));
      training.losses.push_back(metrics.loss);
      training.accuracy = metrics.accuracy.value_or(0);
      return training.accuracy < kGoal;
    });
    return training;
  });
}

Outcome run(const Setting& setting) {
  Checks checks;
  report::Figure figure{
      .title = "The mean square of the pre-activations on its way up",
      .caption = "Relative to the first layer's, mean over 30 seeds, before the first step.",
      .x_title = "hidden layer",
      .y_title = "mean square relative to the first layer's",
      .log_y = true};
  for (std::size_t i = 0; i < cases().size(); ++i) {
    const Case& each = cases()[i];
    const Config config =
        claim_config(setting, claim_configs::he_init,
                     {R"(data={"source":"blobs","samples":20,"classes":2,"features":200})",
                      "model.hidden=" + each.widths, R"(model.init=")" + each.init + '"'});
    const std::vector<Signal> signals = measure_signals(config, setting, kSeeds);
    const auto lengths = hidden(series(signals, &Signal::lengths));
    check("mean square per layer, " + each.label, each.factor, lengths, false, checks);
    check("|δ|² per layer downwards, " + each.label, each.factor,
          hidden(series(signals, &Signal::deltas)), true, checks);
    draw(each, i, lengths, figure);
  }

  report::Figure losses{.title = "Thirty layers of ReLU learn with He's weights only",
                        .caption =
                            "Loss on the training set. A loss of ln 2 = 0.693 is that of "
                            "guessing.",
                        .x_title = "epoch",
                        .y_title = "loss",
                        .from_zero = true};
  Index arrived = 0;
  double slowest = 0, least_loss = std::numeric_limits<double>::infinity();
  for (const bool he : {true, false}) {
    const auto runs = for_each_index(setting, kTrained, [&](std::size_t i) {
      Config config = claim_config(setting, claim_configs::he_init,
                                   {he ? "model.init=he_normal" : "model.init=xavier_normal",
                                    he ? "training.epochs=60" : "training.epochs=20"});
      config.seed = seed_of(setting, i);
      return train(config, setting);
    });
    for (const Training& each : runs) {
      if (he) {
        arrived += each.accuracy >= kGoal ? 1 : 0;
        slowest = std::max(slowest, each.epochs.back());
      } else {
        least_loss = std::min(least_loss, std::ranges::min(each.losses));
      }
    }
    report::FigureLine line{.label = he ? "He" : "Glorot", .style = {he ? "c1" : "c0", 0}};
    line.x = runs.front().epochs;
    line.y = runs.front().losses;
    losses.lines.push_back(std::move(line));
  }
  const auto all = static_cast<double>(kTrained);
  checks.in_range("runs that reach 95 % of the training set, 30 layers, He", {all, all},
                  static_cast<double>(arrived),
                  "of 4, the slowest after " + figure_text(slowest) + " epochs");
  // The outputs are 2^-15 times as large as what came in, and stay so: all that can be learned is
  // a constant, whose loss on as many samples of either class is at least ln 2.
  const double guessing = std::log(2.0);
  checks.in_range("least training loss in 20 epochs, 30 layers, Glorot", {guessing - .001, 1},
                  least_loss, "least of 4 runs");
  return {.ran =
              "Nets of 12 hidden layers of 200 ReLUs, and of 6 that narrow from 400 to 71, one "
              "pass both ways before the first step, 30 seeds. Then 4 nets of 30 hidden layers "
              "of 64 trained with each initialiser on two circles.",
          .checks = checks.take(),
          .figures = {figure, losses}};
}

}  // namespace
}  // namespace he_init_row

Claim he_init() {
  return {.name = "he-init",
          .row = "C3",
          .title = "He's weights carry a signal through many layers of ReLU",
          .statement =
              "Through ReLUs, Glorot's weights halve a signal from layer to layer and He's "
              "keep it, so that thirty layers learn with He's only.",
          .formula = "q_(l+1) = (σ_w² / 2) q_l:  1/2 for Glorot (σ_w² = 1), 1 for He (σ_w² = 2)",
          .story =
              "A ReLU cuts off half of what comes in, and with it half of the mean square. "
              "Weights of twice the variance make up for that, on the way up and on the way "
              "down. Without, after thirty layers a billionth is left: what comes out does not "
              "depend on what went in.",
          .source = "He, Zhang, Ren and Sun 2015, Delving deep into rectifiers, figure 3",
          .config = claim_configs::he_init,
          .run = he_init_row::run};
}

}  // namespace clino::claims
