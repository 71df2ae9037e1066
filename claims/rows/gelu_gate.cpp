#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numbers>

#include "claims/gate_training.hpp"
#include "claims/net.hpp"
#include "claims/on_tape.hpp"
#include "claims/parallel.hpp"
#include "claims/rows/rows.hpp"
#include "claims/signals.hpp"

namespace clino::claims {

namespace gelu_gate_row {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The slope of ln(mean square error) over six sizes, each four times the one before, with about 20
// points and 24 repetitions that count: deviation sqrt(2 / 480) / sqrt(17.5) = .016 a size, .006 in
// the exponent, half an interval .03.
constexpr std::size_t kRepetitions = 24;
constexpr std::array<Index, 6> kDraws = {16, 64, 256, 1024, 4096, 16'384};

double normal_cdf(double x) { return std::erfc(-x / std::numbers::sqrt2) / 2; }
double normal_density(double x) { return std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi); }
double gelu(double x) { return x * normal_cdf(x); }
double tanh_gelu(double x) {
  return x / 2 * (1 + std::tanh(std::sqrt(2 / std::numbers::pi) * (x + .044715 * x * x * x)));
}
double sigmoid_gelu(double x) { return x / (1 + std::exp(-1.702 * x)); }

Choice gelu_choice(const std::string& option, const OptionValue& value) {
  return {.type = "gelu", .options = {{option, value}}};
}

/// Multiples of 1/4, which every type holds exactly, without 0, where there is nothing to draw.
std::vector<double> gate_points() {
  std::vector<double> points;
  for (int i = -16; i <= 16; ++i) {
    if (i != 0) points.push_back(i / 4.);
  }
  return points;
}

/// Means over `draws` gates at each point, as a training step of that epoch computes them.
template <class T>
std::vector<double> gate_means(const Setting& setting, std::span<const double> points, Index draws,
                               std::uint64_t epoch) {
  Graph graph;
  const Var x = graph.input("x", std::ssize(points));
  const Var y =
      setting.parts.activation(gelu_choice("stochastic", true))->record(graph, x, "y").output;
  Parameters<T> parameters(graph);
  Tape<T> tape(graph, parameters,
               {.max_batch = draws, .mode = TapeMode::probe, .gradient_of = {x}});
  for (Index j = 0; j < draws; ++j) {
    std::ranges::transform(points, tape.input(x).column(j).begin(),
                           [](double point) { return static_cast<T>(point); });
  }
  tape.forward({.mode = Mode::train, .seed = seed_of(setting, 0), .epoch = epoch});
  std::vector<double> means(points.size());
  for (Index j = 0; j < draws; ++j) {
    const auto column = tape.value(y).column(j);
    for (std::size_t i = 0; i < means.size(); ++i) means[i] += static_cast<double>(column[i]);
  }
  for (double& mean : means) mean /= static_cast<double>(draws);
  return means;
}

void check_gate(Checks& checks, const Setting& setting, report::Figure& figure) {
  const std::vector<double> points = gate_points();
  double variance = 0;
  for (const double x : points) {
    variance += x * x * normal_cdf(x) * normal_cdf(-x) / static_cast<double>(points.size());
  }
  // means[repetition][size][point]
  const auto means = for_each_index(setting, kRepetitions, [&](std::size_t repetition) {
    std::vector<std::vector<double>> by_size;
    by_size.reserve(kDraws.size());
    for (std::size_t size = 0; size < kDraws.size(); ++size) {
      by_size.push_back(with_dtype(setting, [&](auto zero) {
        return gate_means<decltype(zero)>(setting, points, kDraws[size],
                                          repetition * kDraws.size() + size);
      }));
    }
    return by_size;
  });
  std::vector<std::vector<double>> squares(kRepetitions, std::vector<double>(kDraws.size()));
  std::vector<double> relative(kRepetitions);
  for (std::size_t k = 0; k < kRepetitions; ++k) {
    for (std::size_t size = 0; size < kDraws.size(); ++size) {
      for (std::size_t i = 0; i < points.size(); ++i) {
        squares[k][size] +=
            std::pow(means[k][size][i] - gelu(points[i]), 2) / static_cast<double>(points.size());
      }
      relative[k] += squares[k][size] * static_cast<double>(kDraws[size]) / variance /
                     static_cast<double>(kDraws.size());
    }
  }
  const LogSlope slope = log_slope(squares);
  const double per_size = 2 * std::log(4.);
  checks.estimate("exponent of the error of the mean gate", {-.5, -.5}, slope.slope / per_size,
                  {slope.interval.low / per_size, slope.interval.high / per_size}, .05,
                  "16 to 16,384 draws at 32 points, 24 repetitions");
  // A repetition's mean over six sizes scatters by about sqrt(2 / 120) = .13.
  checks.mean("its square over that of independent gates", {1, 1}, relative, .25);
  for (const double x : {-2.25, -.75, 1., 2.25}) {
    const auto i = static_cast<std::size_t>(std::ranges::find(points, x) - points.begin());
    std::vector<double> at;
    at.reserve(means.size());
    for (const auto& repetition : means) at.push_back(repetition.back()[i]);
    // x sigmoid(1.702 x) is off by .02 at 2.25.
    checks.mean("mean gate at x = " + figure_text(x), {gelu(x), gelu(x)}, at, .009);
  }
  report::FigureLine line{.label = "theory: 1 / √N", .style = {"c0", 1}};
  report::FigureLine found{.label = "measured", .style = {"c0", 0}};
  found.mark = report::FigureLine::Mark::points;
  for (std::size_t size = 0; size < kDraws.size(); ++size) {
    double mean = 0;
    for (const auto& each : squares) mean += each[size] / kRepetitions;
    line.x.push_back(static_cast<double>(kDraws[size]));
    line.y.push_back(std::sqrt(variance / line.x.back()));
    found.x.push_back(line.x.back());
    found.y.push_back(std::sqrt(mean));
  }
  figure.lines = {std::move(line), std::move(found)};
}

void check_minimum(Checks& checks, const Setting& setting) {
  double low = -1, high = -.5;  // where Phi(x) + x phi(x) is below and above 0
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (normal_cdf(middle) + middle * normal_density(middle) < 0 ? low : high) = middle;
  }
  const std::vector<double> points = even_points(-1, -.5, 4097);  // 2^-13 apart: exact
  const OnTape seen = on_tape(setting, *setting.parts.activation({.type = "gelu"}), points);
  std::size_t i = 1;
  while (i + 1 < points.size() && seen.slopes[i] < 0) ++i;
  const double at = points[i] - (points[i] - points[i - 1]) * seen.slopes[i] /
                                    (seen.slopes[i] - seen.slopes[i - 1]);
  // The slope, a difference of two terms of .23, is good to 4 epsilon there and rises by .56 for
  // each 1 of x; a line through two points 2^-13 apart misses its zero by less than 1e-8.
  checks.exact("GELU is least at x =", low, at, 8 * epsilon(setting) + 1e-8);
  checks.exact("its least value", gelu(low), *std::ranges::min_element(seen.values),
               4 * epsilon(setting) + 1e-8);
}

/// An approximation's largest distance from GELU, and where: by the library and by its formula.
void check_distance(Checks& checks, const Setting& setting, const std::string& what,
                    const std::vector<double>& approximation,
                    const std::function<double(double)>& formula) {
  const std::vector<double> points = even_points(-6, 6, 12'001);
  const OnTape exact = on_tape(setting, *setting.parts.activation({.type = "gelu"}), points);
  double measured = 0, predicted = 0, at = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double distance = std::abs(approximation[i] - exact.values[i]);
    if (distance > measured) at = std::abs(points[i]);
    measured = std::max(measured, distance);
    predicted = std::max(predicted, std::abs(formula(points[i]) - gelu(points[i])));
  }
  // Values up to 3, each good to 4 units in the last place, at points that are rounded too.
  const double bound = 64 * epsilon(setting) + 1e-12;
  double low = kInfinity, high = 0;  // where rounding may put the largest distance
  for (const double x : points) {
    if (x < 0 || std::abs(formula(x) - gelu(x)) < predicted - 2 * bound) continue;
    low = std::min(low, x);
    high = std::max(high, x);
  }
  checks.exact("largest distance of " + what, predicted, measured, bound);
  checks.in_range("its |x|", {low, high}, at, "points .001 apart");
}

void check_forms(Checks& checks, const Setting& setting) {
  const std::vector<double> points = even_points(-6, 6, 12'001);
  const auto by_tanh = setting.parts.activation(gelu_choice("approximate", std::string("tanh")));
  check_distance(checks, setting, "the tanh form", on_tape(setting, *by_tanh, points).values,
                 tanh_gelu);
  std::vector<double> stretched = points;
  for (double& x : stretched) x *= 1.702;
  std::vector<double> by_sigmoid =
      on_tape(setting, *setting.parts.activation({.type = "silu"}), stretched).values;
  for (double& y : by_sigmoid) y /= 1.702;
  check_distance(checks, setting, "x sigmoid(1.702 x)", by_sigmoid, sigmoid_gelu);
}

Outcome run(const Setting& setting) {
  Checks checks;
  report::Figure error{.title = "The mean of the gate nears GELU",
                       .caption =
                           "Root mean square distance of the mean of N gated values from "
                           "x Φ(x), over 32 points between -4 and 4.",
                       .x_title = "draws N",
                       .y_title = "distance from x Φ(x)",
                       .log_x = true,
                       .log_y = true};
  report::Figure losses{.title = "The gate at work",
                        .caption =
                            "Validation loss of a net with far more weights than samples, "
                            "mean over 32 seeds. Plain GELU begins to memorise; its random "
                            "gate holds that back, as dropout does.",
                        .x_title = "epoch",
                        .y_title = "validation loss",
                        .from_zero = true};
  check_gate(checks, setting, error);
  check_minimum(checks, setting);
  check_forms(checks, setting);
  check_gate_training(checks, setting, losses);
  return {.ran =
              "The stochastic GELU in training mode on a tape, 24 times up to 16,384 draws at 32 "
              "points; the exact form, its two approximations on 12,001 points; and 32 seeds of "
              "noisy moons (100 samples, 32 + 32 units, Adam, 150 epochs) with the gate, "
              "without, and with dropout.",
          .checks = checks.take(),
          .figures = {error, losses}};
}

}  // namespace
}  // namespace gelu_gate_row

Claim gelu_gate() {
  return {
      .name = "gelu-gate",
      .row = "A10",
      .title = "GELU is a random gate, on average",
      .statement =
          "GELU(x) = x Φ(x) is the mean of a gate that lets x through with the chance that a "
          "standard normal lies below x; trained with the gate itself a net memorises less.",
      .formula = "E[x · Bernoulli(Φ(x))] = x Φ(x), error of a mean of N: x √(Φ(1 - Φ) / N)",
      .story =
          "Dropout switches units off at random, whatever they say; ReLU switches them off by "
          "their sign. GELU does both at once: the smaller x, the likelier the gate is shut. In "
          "place of drawing, it takes the mean. The two usual short cuts, by tanh and by the "
          "sigmoid, are off by at most 4.7e-4 and 2.0e-2. Drawing the gate in training regularises "
          "as dropout does; it makes no better classifier than stopping early.",
      .source = "Hendrycks and Gimpel 2016",
      .config = claim_configs::gelu_gate,
      .run = gelu_gate_row::run};
}

}  // namespace clino::claims
