#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "claims/net.hpp"
#include "claims/rows/rows.hpp"
#include "probe/activation_cost.hpp"

namespace clino::claim_configs {
extern const std::string_view cost;
}

namespace clino::claims {

namespace cost_row {
namespace {

/// ReLU first: the others are compared with it.
constexpr std::array<std::string_view, 6> kActivations = {"relu", "sigmoid", "tanh",
                                                          "elu",  "gelu",    "silu"};
constexpr int kRepetitions = 41;
/// An exponential is more than ten operations on each element, ReLU one beside a load and a store:
/// half as much again is asked for, which is also what tells it from a ReLU, with a ratio of 1.
constexpr double kLeastRatio = 1.5;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Of the median, from two order statistics: the chance that fewer than k of n values lie on one
/// side of it is that of fewer than k heads in n throws, whatever the distribution.
Interval median_interval(Times values) {
  std::ranges::sort(values);
  const auto n = static_cast<double>(values.size());
  double term = std::exp2(-n), below = 0;  // n over k times 2^-n, and their sum
  std::size_t k = 0;
  for (; 2 * k + 1 < values.size() && below + term <= kFalseAlarm / 2; ++k) {
    below += term;
    term *= (n - static_cast<double>(k)) / (static_cast<double>(k) + 1);
  }
  if (k == 0) return {-kInfinity, kInfinity};
  return {values[k - 1], values[values.size() - k]};
}

Times ratios(const Times& times, const Times& reference) {
  Times quotients(times.size());
  for (std::size_t i = 0; i < times.size(); ++i) quotients[i] = times[i] / reference[i];
  return quotients;
}

void check(Checks& checks, const std::string& quantity, const Times& times, const Times& relu) {
  const Times quotients = ratios(times, relu);
  checks.within(quantity, {kLeastRatio, kInfinity}, median(quotients), median_interval(quotients),
                "median of " + std::to_string(kRepetitions) + " timings in turns");
}

/// Nanoseconds for each element, of passes in the order of the axis.
report::FigureLine line_of(std::size_t number, const ActivationCost& cost) {
  report::FigureLine line{.label = std::string(kActivations[number]),
                          .style = {"c" + std::to_string(number), static_cast<int>(number % 3)}};
  line.mark = report::FigureLine::Mark::points;
  std::vector<const Times*> passes = {&cost.vectorised.forward, &cost.vectorised.backward};
  if (cost.plain) {
    passes.push_back(&cost.plain->forward);
    passes.push_back(&cost.plain->backward);
  }
  for (const Times* times : passes) {
    const Interval interval = median_interval(*times);
    line.x.push_back(static_cast<double>(line.x.size() + 1));
    line.y.push_back(median(*times));
    line.low.push_back(interval.low);
    line.high.push_back(interval.high);
  }
  return line;
}

Outcome run(const Setting& setting) {
  std::vector<std::shared_ptr<const Activation>> activations;
  activations.reserve(kActivations.size());
  for (const std::string_view name : kActivations)
    activations.push_back(setting.parts.activation({.type = std::string(name)}));
  const CostOptions options{.repetitions = kRepetitions, .seconds = 5e-4};
  const std::vector<ActivationCost> costs = with_dtype(
      setting, [&](auto zero) { return measure_costs<decltype(zero)>(activations, options); });
  Checks checks;
  report::Figure figure{.title = "What an activation costs",
                        .caption =
                            "Processor time for each element: 1 forward and 2 backward in "
                            "the library's vector code, 3 forward and 4 backward by the "
                            "plain formula with libm, one number at a time. Whiskers: "
                            "interval of the median.",
                        .x_title = "pass",
                        .y_title = "nanoseconds per element",
                        .log_y = true};
  for (std::size_t i = 0; i < costs.size(); ++i) {
    figure.lines.push_back(line_of(i, costs[i]));
    if (i == 0) continue;
    const std::string name(kActivations[i]);
    check(checks, "forward pass of " + name + " over ReLU's, vector code",
          costs[i].vectorised.forward, costs[0].vectorised.forward);
    if (costs[i].plain && costs[0].plain) {
      check(checks, "the same with libm, " + name, costs[i].plain->forward,
            costs[0].plain->forward);
    }
  }
  return {.ran =
              "Each activation on 4,096 numbers of the setting's type, 41 timings of half a "
              "millisecond in turns, in processor time of one thread.",
          .checks = checks.take(),
          .figures = {figure}};
}

}  // namespace
}  // namespace cost_row

Claim cost() {
  return {.name = "cost",
          .row = "E1",
          .title = "An exponential costs time",
          .statement =
              "The forward pass of an activation with an exponential takes several times as "
              "long as ReLU's, as vector code and with libm.",
          .formula = "time(e^x …) / time(max(x, 0)) > 1",
          .story =
              "ReLU is a comparison; an exponential is a polynomial of many terms. That is the "
              "price of an element going forward. Backward the slope of sigmoid and tanh comes "
              "from the output at next to no cost. And in a net with wide layers most of a "
              "step is matrix products, so that little of it shows.",
          .source = "",
          .config = claim_configs::cost,
          .run = cost_row::run};
}

}  // namespace clino::claims
