#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "claims/final_metrics.hpp"
#include "claims/on_tape.hpp"
#include "claims/parallel.hpp"
#include "claims/rows/rows.hpp"
#include "claims/tent.hpp"
#include "probe/best_linear_loss.hpp"
#include "probe/linear_pieces.hpp"

namespace clino::claim_configs {
extern const std::string_view approximation;
}

namespace clino::claims {

namespace approximation_row {
namespace {

constexpr std::array<Index, 5> kWidths = {1, 4, 16, 64, 256};
constexpr std::size_t kSeeds = 12;
constexpr int kMostFolds = 10;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Target {
  std::string label;
  std::vector<std::string> overrides;
};

const std::array<Target, 4>& targets() {
  static const std::array<Target, 4> all = {
      {{"sin πx", {"data.kind=sine"}},
       {"|x|", {"data.kind=abs"}},
       {"a step", {"data.kind=step"}},
       {"a bump in the plane",
        {R"(data={"source": "circles", "samples": 128, "noise": 0, "validation_fraction": 0})"}}}};
  return all;
}

Config config_of(const Setting& setting, const Target& target, Index width,
                 const std::string& activation) {
  std::vector<std::string> overrides = target.overrides;
  overrides.push_back("model.hidden=[" + std::to_string(width) + "]");
  overrides.push_back("model.activation=" + activation);
  return claim_config(setting, claim_configs::approximation, overrides);
}

/// errors[width][seed] at the end of training.
std::vector<std::vector<double>> train(const Setting& setting, const Target& target,
                                       const std::string& activation, std::size_t seeds) {
  const std::vector<double> all =
      for_each_index(setting, kWidths.size() * seeds, [&](std::size_t i) {
        Config config = config_of(setting, target, kWidths[i / seeds], activation);
        config.seed = seed_of(setting, i % seeds);
        return final_metrics(config, setting).loss;
      });
  std::vector<std::vector<double>> errors;
  for (std::size_t width = 0; width < kWidths.size(); ++width) {
    const double* first = all.data() + width * seeds;
    errors.emplace_back(first, first + seeds);
  }
  return errors;
}

/// The least error that any affine map has, by least squares.
double best_linear(const Setting& setting, const Target& target) {
  const Data<double> data =
      load_data<double>(data_request(config_of(setting, target, 1, "identity")));
  const Dataset<double>& part = data.train;
  std::vector<Index> samples(static_cast<std::size_t>(part.size()));
  std::iota(samples.begin(), samples.end(), Index{0});
  std::vector<double> x(static_cast<std::size_t>(part.features() * part.size()));
  std::vector<double> y(static_cast<std::size_t>(part.size()));
  part.fill(samples, {x.data(), part.features(), part.size()}, {y.data(), 1, part.size()}, {});
  return best_linear_loss({.type = "mse"}, 1,
                          {.inputs = {x.data(), part.features(), part.size()},
                           .targets = {y.data(), 1, part.size()}})
      .loss;
}

double geometric_mean(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += std::log(value);
  return std::exp(sum / static_cast<double>(values.size()));
}

void check_widths(Checks& checks, report::Figure& figure, const Setting& setting) {
  for (std::size_t i = 0; i < targets().size(); ++i) {
    const Target& target = targets()[i];
    const double linear = best_linear(setting, target);
    const auto errors = train(setting, target, "relu", kSeeds);
    std::vector<double> ratios;
    for (std::size_t seed = 0; seed < kSeeds; ++seed)
      ratios.push_back(errors.back()[seed] / errors.front()[seed]);
    double mean = 0;
    const Interval interval = Checks::interval_of(ratios, mean, statistics::Scale::ratio);
    // A net that stays linear has a ratio of 1. Logarithms of the ratio scatter by 1 or less: over
    // 12 seeds half an interval is a factor of e^2.4, and the ratios are below 1/20.
    checks.within("error of 256 ReLUs over that of one, " + target.label, {-kInfinity, .5}, mean,
                  interval, "12 seeds, paired");

    double farthest = linear;
    for (const auto& each : train(setting, target, "identity", 2)) {
      for (const double error : each) {
        if (!(std::abs(error - linear) <= std::abs(farthest - linear))) farthest = error;
      }
    }
    checks.in_range("error without activation, any width, " + target.label,
                    {linear * (1 - 200 * epsilon(setting)), linear * 1.01}, farthest,
                    "the farthest of 5 widths and 2 seeds");

    report::FigureLine line{.label = target.label, .style = {"c" + std::to_string(i), 0}};
    line.mark = report::FigureLine::Mark::line_and_points;
    for (std::size_t width = 0; width < kWidths.size(); ++width) {
      line.x.push_back(static_cast<double>(kWidths[width]));
      line.y.push_back(geometric_mean(errors[width]) / linear);
    }
    figure.lines.push_back(std::move(line));
  }
  figure.lines.push_back(
      {.label = "best linear map", .style = {"c4", 1}, .x = {1, 256}, .y = {1, 1}});
}

/// How many linear pieces a net has on [-1, 1].
template <class T>
double pieces(const Net<T>& net) {
  return static_cast<double>(linear_pieces(net.model, net.parameters, {}).size());
}

/// The largest distance of a folded tent on the tape from its formula.
template <class T>
double deviation(Net<T>& net, int folds) {
  const std::vector<double> points = even_points(-1, 1, 2049);  // multiples of 2^-10: exact
  Evaluator<T> evaluator(net.model, net.parameters, TargetKind::numbers, {}, nullptr,
                         static_cast<Index>(points.size()));
  const std::vector<T> inputs(points.begin(), points.end());
  const Matrix<const T> answers =
      evaluator.predict({inputs.data(), 1, static_cast<Index>(inputs.size())});
  double largest = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double off =
        std::abs(static_cast<double>(answers.data[i]) - tent_value(points[i], folds));
    if (!(off <= largest)) largest = off;
  }
  return largest;
}

template <class T>
void check_depth(Checks& checks, report::Figure& figure, const Setting& setting) {
  report::FigureLine deep{.label = "two ReLUs a layer: 2^k", .style = {"c0", 0}};
  report::FigureLine shallow{.label = "one layer: at most w + 1", .style = {"c1", 0}};
  deep.mark = shallow.mark = report::FigureLine::Mark::line_and_points;
  double wrong = 0, farthest = 0, most = -std::numeric_limits<double>::infinity();
  for (int folds = 1; folds <= kMostFolds; ++folds) {
    Net<T> tent = folded_tent<T>(folds, setting);
    deep.x.push_back(2 * folds);
    deep.y.push_back(pieces(tent));
    wrong += deep.y.back() == std::exp2(folds) ? 0 : 1;
    const double off = deviation(tent, folds);
    if (!(off <= farthest)) farthest = off;

    const ModelSpec one_layer = {
        .layers = hidden_layers(std::array{Index{2 * folds}}, {.type = "relu"}),
        .init = {.type = "standard"}};
    double largest = 0;
    for (std::size_t i = 0; i < 20; ++i)
      largest = std::max(largest, pieces(make_net<T>(one_layer, setting, seed_of(setting, i))));
    shallow.x.push_back(2 * folds);
    shallow.y.push_back(largest);
    most = std::max(most, largest - (2 * folds + 1));
  }
  checks.exact("linear pieces of a tent folded 10 times by 20 ReLUs", std::exp2(kMostFolds),
               deep.y.back(), 0, "counted");
  checks.exact("of 10 such nets, those that do not have 2^k pieces", 0, wrong, 0, "counted");
  // All numbers are multiples of 2^-11 below 4: nothing is rounded.
  checks.exact("largest deviation of such a net from its formula", 0, farthest, 0, "2,049 points");
  checks.in_range("pieces of a single layer of w ReLUs, beyond w + 1", {-kInfinity, 0}, most,
                  "the most of 200 nets, w = 2 to 20");
  figure.lines = {deep, shallow};
}

Outcome run(const Setting& setting) {
  Checks checks;
  report::Figure errors{.title = "One hidden layer, wider and wider",
                        .caption =
                            "Mean squared error over that of the best linear map, geometric "
                            "mean over 12 seeds: it falls with width. Without activations it "
                            "stays at the dashed line at any width.",
                        .x_title = "units in the hidden layer",
                        .y_title = "error over the best linear map's",
                        .log_x = true,
                        .log_y = true};
  check_widths(checks, errors, setting);
  report::Figure pieces{.title = "What depth adds",
                        .caption =
                            "Linear pieces of nets of one input. Folding a tent doubles them "
                            "with every layer of two ReLUs; in a single layer each ReLU adds "
                            "one bend at the most (the largest of 20 random nets).",
                        .x_title = "number of ReLUs",
                        .y_title = "linear pieces",
                        .log_y = true};
  with_dtype(setting, [&](auto zero) { check_depth<decltype(zero)>(checks, pieces, setting); });
  return {.ran =
              "Nets of one hidden layer of 1 to 256 ReLUs, trained on 128 points of four "
              "functions, 12 seeds; the same without activation; tents folded up to 10 times, "
              "made by hand; and 200 random nets of one layer.",
          .checks = checks.take(),
          .figures = {errors, pieces}};
}

}  // namespace
}  // namespace approximation_row

Claim approximation() {
  return {
      .name = "approximation",
      .row = "A2",
      .title = "With activations a net can follow any function",
      .statement =
          "One hidden layer follows any continuous function as closely as one likes if "
          "it is wide enough; depth does with few units what takes one layer "
          "exponentially many.",
      .formula = "pieces of k layers of two ReLUs: 2^k;  of one layer of w ReLUs: at most w + 1",
      .story =
          "Each ReLU bends the line once; the sum of many bends comes near any curve. A "
          "layer on top of another folds what is there: every bend is doubled. A net "
          "without activations stays a straight line, however wide.",
      .source =
          "Cybenko 1989; Hornik, Stinchcombe and White 1989; Telgarsky 2016, Benefits of "
          "depth in neural networks",
      .config = claim_configs::approximation,
      .run = approximation_row::run};
}

}  // namespace clino::claims
