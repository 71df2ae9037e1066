#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "claims/net.hpp"
#include "claims/parallel.hpp"
#include "claims/rows/rows.hpp"
#include "claims/signals.hpp"
#include "claims/widths.hpp"
#include "theory/mean_field.hpp"
#include "train/evaluator.hpp"

namespace clino::claim_configs {
extern const std::string_view trainable_depth;
}

namespace clino::claims {

namespace trainable_depth_row {
namespace {

constexpr std::size_t kSeeds = 60;
constexpr std::size_t kTrained = 3;
constexpr Index kWidth = 160;
constexpr Index kLayers = 24;
/// Lengths need some layers until they rest.
constexpr std::ptrdiff_t kSkipped = 6;
/// To first order in 1 / width the mean field misses ln chi by terms of this size.
constexpr double kFiniteWidth = 2. / kWidth;

constexpr Index kTooDeep = 120;
constexpr double kBiasVariance = .05;

std::string init_override(double weight_variance) {
  return R"(model.init={"type":"normal","sigma_w":)" + std::to_string(std::sqrt(weight_variance)) +
         R"(,"sigma_b":)" + std::to_string(std::sqrt(kBiasVariance)) + "}";
}

/// ln chi where the length rests.
double resting_log_chi(double weight_variance, const Setting& setting) {
  const auto tanh = setting.parts.theory_activation({.type = "tanh"});
  const auto rest =
      theory::lengths(*tanh, {.weight = weight_variance, .bias = kBiasVariance}).stable();
  return rest ? std::log(rest->susceptibility) : std::numeric_limits<double>::quiet_NaN();
}

/// 6 xi = -6 / ln chi; infinite where nothing vanishes.
double depth_of(double log_chi) {
  return log_chi < 0 ? -6 / log_chi : std::numeric_limits<double>::infinity();
}

void check_depth(double weight_variance, std::size_t seeds, const Setting& setting,
                 report::Figure& figure, Checks& checks) {
  const Config config =
      claim_config(setting, claim_configs::trainable_depth,
                   {R"(data={"source":"blobs","samples":4,"classes":2,"features":160})",
                    hidden_override(kWidth, kLayers), init_override(weight_variance)});
  const auto deltas = series(measure_signals(config, setting, seeds), &Signal::deltas);
  std::vector<std::vector<double>> resting;
  resting.reserve(deltas.size());
  for (const std::vector<double>& each : deltas)
    resting.emplace_back(each.begin() + kSkipped, each.end());
  // delta^2 of layer l is chi times that of l + 1: upwards its logarithm rises by -ln chi.
  const LogSlope found = log_slope(resting);
  // What is left of the first lengths is in the theory of this very net.
  const PredictedSignal predicted = predict_signal(config, setting);
  std::vector<double> squares;
  squares.reserve(predicted.deltas.size());
  for (std::size_t layer = kSkipped; layer < predicted.deltas.size(); ++layer)
    squares.push_back(std::pow(predicted.deltas[layer].value, 2));
  const double at_rest = resting_log_chi(weight_variance, setting);
  const double here = -log_slope(squares);
  const double low = std::min(at_rest, here) - kFiniteWidth;
  const double high = std::max(at_rest, here) + kFiniteWidth;
  const std::string label = "σ_w² = " + figure_text(weight_variance);
  checks.estimate("6 ξ, " + label, {depth_of(low), depth_of(high)}, depth_of(-found.slope),
                  {depth_of(-found.interval.high), depth_of(-found.interval.low)},
                  .4 * depth_of(at_rest),
                  "slope over 18 layers, " + std::to_string(seeds) + " seeds");
  const std::string color = "c" + std::to_string(figure.lines.size() / 2);
  report::FigureLine points{.label = label, .style = {color, 0}};
  points.mark = report::FigureLine::Mark::points;
  report::FigureLine line{.label = "", .style = {color, 1}};
  points.y = root_means(deltas);
  for (std::size_t layer = 0; layer < points.y.size(); ++layer) {
    points.x.push_back(static_cast<double>(layer + 1));
    line.y.push_back(predicted.deltas[layer].value);
  }
  line.x = points.x;
  figure.lines.push_back(std::move(line));
  figure.lines.push_back(std::move(points));
}

/// Loss and accuracy on the training set.
Metrics train(Index layers, const Setting& setting, std::uint64_t seed) {
  Config config = claim_config(setting, claim_configs::trainable_depth,
                               {hidden_override(64, layers), init_override(1)});
  config.seed = seed;
  return with_dtype(setting, [&](auto zero) {
    using T = decltype(zero);
    Experiment<T> experiment = train_experiment<T>(config, setting);
    return Evaluator<T>(experiment.model, experiment.parameters, TargetKind::binary, {})
        .evaluate(experiment.data.train);
  });
}

Outcome run(const Setting& setting) {
  Checks checks;
  report::Figure figure{
      .title = "The nearer to the critical weights, the farther a signal reaches",
      .caption =
          "Norm of dL/dz at each layer over that at the output, before the first step. "
          "Points: root mean square over the seeds. Dashed: theory.",
      .x_title = "dense layer",
      .y_title = "|delta| relative to the output's",
      .log_y = true};
  check_depth(1, kSeeds, setting, figure, checks);
  check_depth(1.3, kSeeds, setting, figure, checks);
  // The nearer to the critical 1.76, the smaller ln chi is beside its scatter: 94.7 layers take
  // many seeds.
  if (setting.thorough) check_depth(1.5, 400, setting, figure, checks);

  double worst = 1, least = std::numeric_limits<double>::infinity();
  const auto runs = for_each_index(setting, 2 * kTrained, [&](std::size_t i) {
    return train(i < kTrained ? kTooDeep : 8, setting, seed_of(setting, i));
  });
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (i < kTrained) {
      least = std::min(least, runs[i].loss);
    } else {
      worst = std::min(worst, runs[i].accuracy.value_or(0));
    }
  }
  const double deep_enough = depth_of(resting_log_chi(1, setting));
  const std::string depth = ", 6 ξ = " + figure_text(deep_enough);
  checks.in_range("training accuracy, 8 layers" + depth, {.95, 1}, worst, "worst of 3 runs");
  // Two inputs come out alike to e^(-120 / (2 xi)) = 7e-8: all that is learned is a constant, whose
  // loss is ln 2 with as many samples of either class.
  checks.in_range("training loss, 120 layers" + depth, {std::log(2.) - .001, 1}, least,
                  "least of 3 runs");
  return {
      .ran =
          "Nets of 24 hidden layers of 160 tanh units, one pass both ways before the first "
          "step, 60 seeds for each variance of the weights. Then nets of 8 and of 120 layers of "
          "64 units, 3 each, trained for 200 steps on two clusters.",
      .checks = checks.take(),
      .figures = {figure}};
}

}  // namespace
}  // namespace trainable_depth_row

Claim trainable_depth() {
  return {.name = "trainable-depth",
          .row = "C5",
          .title = "How deep a net can be trained is known before the first step",
          .statement =
              "A net learns if it is not deeper than about six times the depth over which "
              "its signals change by a factor e, and that depth grows without end towards "
              "the critical weights.",
          .formula = "depth ≲ 6 ξ,  ξ = −1 / ln χ,  χ = σ_w² E φ'(√q* z)²",
          .story =
              "Where the signal falls with depth, so does what two inputs differ by. Beyond a "
              "few such depths the output does not depend on the input, nor the gradient on "
              "the output, to within rounding: nothing can be learned. On the border between "
              "vanishing and exploding that depth is infinite.",
          .source =
              "Schoenholz, Gilmer, Ganguli and Sohl-Dickstein 2017, Deep information "
              "propagation, figure 5",
          .config = claim_configs::trainable_depth,
          .run = trainable_depth_row::run};
}

}  // namespace clino::claims
