#include <algorithm>
#include <cmath>
#include <limits>

#include "claims/curve_figure.hpp"
#include "claims/layer_factor.hpp"
#include "claims/net.hpp"
#include "claims/on_tape.hpp"
#include "claims/rows/rows.hpp"
#include "claims/zigzag.hpp"
#include "core/errors.hpp"
#include "theory/mean_field.hpp"

namespace clino::claim_configs {
extern const std::string_view tanh;
}

namespace clino::claims {

namespace tanh_row {
namespace {

constexpr double kBiasVariance = .05;
constexpr Index kWidth = 200;
/// Lengths start at 1.8 and come nearer to q* by V'(q*) = .52 a layer: after eight layers .5 % of
/// the way is left.
constexpr std::size_t kSettled = 8;
/// What the mean of a curved V misses by: V'' / 2 times the variance of q, over 1 - V'. The
/// variance is about (E phi^4 / (E phi^2)^2 - 1) q^2 / n, q V'' is below 1.
constexpr double kFiniteWidth = 2. / kWidth;

// As for sigmoid: half an interval is .027, sigmoid in place of tanh has a share of 1.
constexpr Index kUnits = 4;
constexpr std::size_t kZigzagNets = 3000;

long double exact_slope(double x) {
  const auto point = static_cast<long double>(x);
  return 4 / std::pow(std::exp(point) + std::exp(-point), 2.0L);
}

void check_slope(Checks& checks, const Setting& setting) {
  const auto activation = setting.parts.activation({.type = "tanh"});
  const std::vector<double> points = even_points(-20, 20, 4001);
  const std::vector<double> slopes = on_tape(setting, *activation, points).slopes;
  double trained = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto exact = static_cast<double>(exact_slope(rounded(setting, points[i])));
    trained = std::max(trained, std::abs(slopes[i] - exact));
  }
  // y is right to 2.5 units in the last place, which below 1 are epsilon / 2: y^2 to 2.5 epsilon
  // and its own rounding, 1 - y^2 to 3.
  checks.exact("largest deviation of the slope that training uses, 1 - y², from 4/(eˣ + e⁻ˣ)²", 0,
               trained, 3 * epsilon(setting), "4,001 points over [-20, 20]");
  double relative = 0;
  for (const double x : even_points(-300, 300, 6001)) {
    const long double exact = exact_slope(x);
    relative = std::max(relative, std::abs(static_cast<double>(activation->slope(x) / exact - 1)));
  }
  // 4 e / (1 + e)^2: 2.5 units for e, and twice for 1 + e, two products and a quotient.
  checks.exact("the same of the slope that is counted, relative, tails included", 0, relative,
               10 * std::numeric_limits<double>::epsilon(), "6,001 points over [-300, 300]");
}

void check_length(Checks& checks, std::span<const Signal> signals, double length) {
  std::vector<double> settled;
  settled.reserve(signals.size());
  for (const Signal& signal : signals) {
    double sum = 0;
    for (std::size_t layer = kSettled; layer < signal.lengths.size() - 1; ++layer)
      sum += signal.lengths[layer];
    settled.push_back(sum / static_cast<double>(signal.lengths.size() - 1 - kSettled));
  }
  // Weights a tenth too large have a q* of 1 in place of .57.
  checks.mean("mean square of the pre-activations there",
              {length * (1 - kFiniteWidth), length * (1 + kFiniteWidth)}, settled, .15 * length);
}

Outcome run(const Setting& setting) {
  Checks checks;
  report::Figure figure = factor_figure();
  const auto activation = setting.parts.theory_activation({.type = "tanh"});
  const auto critical = theory::critical_point(*activation, kBiasVariance);
  const auto unbiased = theory::critical_point(*activation, 0);
  if (!critical || !unbiased) throw UsageError("no sigma_w^2 keeps both signals");
  const auto init = [](double weight_variance) {
    return R"(model.init={"type": "normal", "sigma_w": )" +
           std::to_string(std::sqrt(weight_variance)) + R"(, "sigma_b": )" +
           std::to_string(std::sqrt(kBiasVariance)) + "}";
  };
  const std::vector<Signal> signals = check_factor(
      checks, figure, setting, claim_configs::tanh,
      {.label = "σ_b² = .05, critical σ_w² = " + figure_text(critical->weight_variance),
       .overrides = {init(critical->weight_variance)},
       .skip = kSettled});
  check_length(checks, signals, critical->length);
  check_factor(checks, figure, setting, claim_configs::tanh,
               {.label = "σ_b² = .05, σ_w² = 1", .overrides = {init(1)}, .skip = kSettled});
  // chi = sigma_w^2 phi'(0)^2 where lengths die out.
  checks.exact("critical σ_w² without biases, 1 / φ′(0)²", 1, unbiased->weight_variance, 1e-6,
               "to the solver's precision");
  check_slope(checks, setting);
  const Config narrow = claim_config(setting, claim_configs::tanh,
                                     {"model.hidden=[" + std::to_string(kUnits) + "]",
                                      "model.init.sigma_b=0", "data.features=20"});
  const double predicted = std::exp2(1 - kUnits);
  checks.share("gradient rows of one sign behind 4 units", {predicted, predicted},
               same_sign_nets(narrow, setting, kZigzagNets), kZigzagNets, .03);
  return {.ran =
              "Nets of 14 hidden layers of 200 units before the first step, 20 seeds; tanh on a "
              "tape, both ways; and 3,000 nets of 4 hidden units, one sample each.",
          .checks = checks.take(),
          .figures = {figure, curve_figure(setting, "tanh", "tanh",
                                           "Centred on 0, with a slope of 1 there: four times "
                                           "that of sigmoid.")}};
}

}  // namespace
}  // namespace tanh_row

Claim tanh() {
  return {.name = "tanh",
          .row = "A6",
          .title = "tanh: zero-centred, and still saturating",
          .statement =
              "tanh keeps signals both ways at weights of an ordinary size and gradients of "
              "both signs; away from its critical line they vanish or explode all the same.",
          .formula =
              "φ′(x) = 4/(eˣ + e⁻ˣ)² = 1 − y²;  σ_b² = .05: χ = 1 at σ_w² = 1.76095, "
              "q* = .57005;  P(one sign) = 2^(1−n)",
          .story =
              "tanh is sigmoid stretched and centred on 0. Its slope is 1 at the middle, so "
              "that weights near 1/√fan_in do; its outputs have both signs, so that weights "
              "need not move all together. Far from 0 it saturates as sigmoid does, and only "
              "a line of weight and bias variances keeps gradients alive in a deep net.",
          .source =
              "Schoenholz, Gilmer, Ganguli and Sohl-Dickstein 2017, Deep information "
              "propagation",
          .config = claim_configs::tanh,
          .run = tanh_row::run};
}

}  // namespace clino::claims
