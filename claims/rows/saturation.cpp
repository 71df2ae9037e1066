#include <array>
#include <cmath>

#include "claims/first_pass.hpp"
#include "claims/net.hpp"
#include "claims/on_tape.hpp"
#include "claims/parallel.hpp"
#include "claims/rows/rows.hpp"
#include "probe/layer_probe.hpp"
#include "statistics/share.hpp"

namespace clino::claim_configs {
extern const std::string_view saturation;
}

namespace clino::claims {

namespace saturation_row {
namespace {

constexpr double kNoSlope = 1e-7;
// At the edge 1 - y is about 1e-7: y, right to 2.5 units of 2^-53, gives the slope to 3e-9 of it
// for sigmoid and, twice that and a rounding, to 7e-9 for tanh. The slope falls by a factor of e
// over 1 (sigmoid) or 1/2 (tanh).
constexpr double kEdgeBound = 1e-8;

// 10,000 units: half an interval is at most 4.4 standard deviations of .005. A sigmoid whose slope
// lacks (1 - y) saturates on one side alone, and less than half of the units instead of 71 %.
constexpr std::size_t kNets = 10;
constexpr double kPrecision = .025;

struct Case {
  std::string name;
  std::string label;
  /// The x > 0 at which the slope has fallen to that share of its largest; none: it never falls.
  double (*falls_to)(double share);
};

const std::array<Case, 3>& cases() {
  static const std::array<Case, 3> all = {
      {// phi'(x) / phi'(0) is 1 / cosh^2 of x / 2 for sigmoid, of x for tanh.
       {"sigmoid", "sigmoid", [](double share) { return 2 * std::acosh(1 / std::sqrt(share)); }},
       {"tanh", "tanh", [](double share) { return std::acosh(1 / std::sqrt(share)); }},
       {"relu", "ReLU", nullptr}}};
  return all;
}

/// Where a slope that falls from 0 on is no longer above `least`: between 0 and 40, or 40.
template <class Slope>
double edge_of(const Slope& slope, double least) {
  double low = 0, high = 40;
  while (high - low > 1e-12) {
    const double middle = (low + high) / 2;
    (slope(middle) < least ? high : low) = middle;
  }
  return high;
}

/// The edge by the slope that training uses, on both sides, and by the one that is counted: that
/// of them which is farthest from what is expected. All in double: in float 1 - y has no digits.
double measured_edge(const Setting& setting, const Activation& activation, double expected) {
  Setting exact = setting;
  exact.dtype = DType::float64;
  const auto trained = [&](double x) {
    return std::abs(on_tape(exact, activation, {&x, 1}).slopes[0]);
  };
  double farthest = expected;
  for (const double edge :
       {edge_of(trained, kNoSlope), edge_of([&](double x) { return trained(-x); }, kNoSlope),
        edge_of([&](double x) { return std::abs(activation.slope(x)); }, kNoSlope)}) {
    if (std::abs(edge - expected) >= std::abs(farthest - expected)) farthest = edge;
  }
  return farthest;
}

/// The share of hidden units that count as saturated when their inputs are normal with a standard
/// deviation of `scale`: one sample of mean square 1, weights of variance scale^2 / fan_in.
Index saturated_units(const Setting& setting, const Case& each, double scale) {
  const Config config = claim_config(
      setting, claim_configs::saturation,
      {"model.activation=" + each.name, "model.init.sigma_w=" + std::to_string(scale)});
  Index sum = 0;
  for (const Index count : for_each_index(setting, kNets, [&](std::size_t i) {
         Config own = config;
         own.seed = seed_of(setting, i);
         return with_dtype(setting, [&](auto zero) {
           using T = decltype(zero);
           const FirstPass<T> pass(own, setting);
           LayerProbe<T> probe(pass.experiment.model, pass.experiment.parameters,
                               own.log.saturation_threshold);
           probe.observe(pass.tape, pass.experiment.parameters);
           const Layer& layer = pass.experiment.model.layers[1];
           const double share = probe.records()[1].below_threshold_fraction;
           return static_cast<Index>(std::llround(share * static_cast<double>(layer.outputs)));
         });
       })) {
    sum += count;
  }
  return sum;
}

void check_edges(Checks& checks, const Setting& setting) {
  for (const Case& each : cases()) {
    const auto activation = setting.parts.activation({.type = each.name});
    if (each.falls_to == nullptr) {
      double least = 1;
      for (double x = 0x1p-100; x < 0x1p100; x *= 2) {
        least = std::min(least, on_tape(setting, *activation, {&x, 1}).slopes[0]);
      }
      checks.exact("least slope of " + each.label + " over x from 2^-100 to 2^100", 1, least, 0,
                   "exact");
      continue;
    }
    const double largest = on_tape(setting, *activation, std::array{0.0}).slopes[0];
    const double stated = each.name == "sigmoid" ? .25 : 1;
    const double expected = each.falls_to(kNoSlope / stated);
    checks.exact("|x| beyond which the slope of " + each.label + " is below 1e-7", expected,
                 measured_edge(setting, *activation, expected), kEdgeBound);
    checks.exact("slope of " + each.label + " at 0", stated, largest, 4 * epsilon(setting));
  }
}

report::Figure slopes(const Setting& setting) {
  report::Figure figure{.title = "The slope of three activations",
                        .caption =
                            "On a log axis: sigmoid and tanh lose their slope exponentially "
                            "on both sides, ReLU has 1 on its active side whatever x is, "
                            "and 0 (not drawn) on the other.",
                        .x_title = "pre-activation x",
                        .y_title = "slope φ′(x)",
                        .log_y = true};
  const std::vector<double> points = even_points(-20, 20, 201);
  for (std::size_t i = 0; i < cases().size(); ++i) {
    const auto activation = setting.parts.activation({.type = cases()[i].name});
    report::FigureLine line{.label = cases()[i].label, .style = {"c" + std::to_string(i), 0}};
    line.x = points;
    for (const double x : points) line.y.push_back(activation->slope(x));
    figure.lines.push_back(std::move(line));
  }
  figure.lines.push_back({.label = "1e-7", .style = {"c3", 1}, .x = {-20, 20}, .y = {1e-7, 1e-7}});
  return figure;
}

Outcome run(const Setting& setting) {
  Checks checks;
  check_edges(checks, setting);
  const double threshold =
      claim_config(setting, claim_configs::saturation).log.saturation_threshold;
  report::Figure figure{.title = "More and more units saturate",
                        .caption =
                            "Share of 10,000 units with a slope below 1 % of its largest, "
                            "with its interval. Dashed: what the normal distribution says.",
                        .x_title = "standard deviation of the pre-activations",
                        .y_title = "share of units without slope",
                        .log_x = true,
                        .from_zero = true};
  const double units = 1000. * kNets;
  for (std::size_t i = 0; i < cases().size(); ++i) {
    const Case& each = cases()[i];
    const std::string color = "c" + std::to_string(i);
    report::FigureLine points{.label = each.label, .style = {color, 0}};
    points.mark = report::FigureLine::Mark::points;
    report::FigureLine line{.label = "", .style = {color, 1}};
    for (const double scale : {1., 2., 4., 8., 16.}) {
      // P(|z| > edge) of a normal z; of ReLU P(z <= 0).
      const double predicted = each.falls_to == nullptr
                                   ? .5
                                   : std::erfc(each.falls_to(threshold) / (scale * std::sqrt(2.)));
      const Index count = saturated_units(setting, each, scale);
      checks.share("share without slope, " + each.label + ", scale " + figure_text(scale),
                   {predicted, predicted}, count, static_cast<Index>(units), kPrecision);
      const Interval interval = statistics::clopper_pearson(count, static_cast<Index>(units));
      points.x.push_back(scale);
      points.y.push_back(static_cast<double>(count) / units);
      points.low.push_back(interval.low);
      points.high.push_back(interval.high);
      line.y.push_back(predicted);
    }
    line.x = points.x;
    figure.lines.push_back(std::move(line));
    figure.lines.push_back(std::move(points));
  }
  return {.ran =
              "Each activation on a tape, both ways; and layers of 1,000 units with normal "
              "weights, 10 seeds for each of five scales, with the log's own count of units "
              "without slope.",
          .checks = checks.take(),
          .figures = {slopes(setting), figure}};
}

}  // namespace
}  // namespace saturation_row

Claim saturation() {
  return {.name = "saturation",
          .row = "A3",
          .title = "Saturating activations and one that is not",
          .statement =
              "Sigmoid and tanh have next to no slope far from 0 on either side; ReLU's "
              "is 1 on its active side, however far.",
          .formula =
              "sigmoid′(x) = 1 / (4 cosh²(x/2)),  tanh′(x) = 1 / cosh²(x),  "
              "P(saturated) = P(|z| > edge) for z ~ N(0, s²)",
          .story =
              "A saturated unit passes no gradient on: what feeds it stops learning, however "
              "wrong the answer. How many units saturate is a matter of the scale of their "
              "inputs. It is seen from the slope, not from a limit on x: tanh is there at "
              "half the distance of sigmoid.",
          .source =
              "Glorot and Bengio 2010, Understanding the difficulty of training deep "
              "feedforward neural networks",
          .config = claim_configs::saturation,
          .run = saturation_row::run};
}

}  // namespace clino::claims
