#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "claims/jackknife.hpp"
#include "claims/net.hpp"
#include "claims/parallel.hpp"
#include "claims/rows/rows.hpp"
#include "probe/jacobian.hpp"
#include "probe/singular_values.hpp"

namespace clino::claim_configs {
extern const std::string_view jacobian_spectrum;
}

namespace clino::claims {

namespace jacobian_spectrum_row {
namespace {

constexpr Index kWidth = 100;
constexpr std::size_t kNets = 60;

struct Case {
  std::string label, activation, init;
  double per_layer;  ///< what a layer adds to m2 / m1^2 - 1 in a net of infinite width
};

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"linear, Gaussian weights", "identity", "lecun_normal", 1},
      {"ReLU, He's weights", "relu", "he_normal", 2},
      {"linear, orthogonal weights", "identity", "orthogonal", 0}};
  return all;
}

constexpr Index kDepths[] = {2, 4, 6};

/// Of the Jacobian J [n, n] of one net: the means over its n singular values s of s^2 and s^4.
struct Moments {
  double first = 0, second = 0;
};

// From the input to the last activation, so that there are as many activations as dense layers.
template <class T>
Moments measure(const Case& each, Index depth, const Setting& setting, std::uint64_t seed) {
  const std::vector<Index> widths(static_cast<std::size_t>(depth), kWidth);
  Net<T> net = make_net<T>({.inputs = kWidth,
                            .layers = hidden_layers(widths, {.type = each.activation}),
                            .init = {.type = each.init}},
                           setting, seed);
  const Layer& last = net.model.layers[net.model.layers.size() - 2];
  Tape<T> tape(net.model.graph, net.parameters,
               {.max_batch = 1, .mode = TapeMode::probe, .gradient_of = {net.model.input}});
  std::ranges::fill(tape.input(net.model.input).elements(), T{1});
  tape.forward({.mode = Mode::evaluate}, last.output);
  const std::vector<double> j = jacobian(tape, last.output, net.model.input);
  Moments moments;
  for (const double s : singular_values({j.data(), kWidth, kWidth})) {
    moments.first += s * s / static_cast<double>(kWidth);
    moments.second += s * s * s * s / static_cast<double>(kWidth);
  }
  return moments;
}

// E m2 / E m1^2 at width n, exactly. Let A = K^T K, K the Jacobian of the layers above, and D W the
// next layer's, W Gaussian of variance s / n, D the slopes. The net is read downwards:
// A' = W^T B W with B = D A D. For Gaussian W
//   E tr A'^2  = (s^2 / n) (E (tr B)^2 + (n + 1) E tr B^2)
//   E (tr A')^2 = s^2 (E (tr B)^2 + (2 / n) E tr B^2)
//   E sum A'_ii^2 = (s^2 / n) (E (tr B)^2 + 2 E tr B^2).
// Linear: D = 1, s = 1. ReLU: s = 2, and D is 0 or 1 with equal chance, independently of all else
// (turning the sign of a row of W turns its D and leaves w w^T as it is), so that
//   E tr B^2 = (tr A^2 + sum A_ii^2) / 4,  E (tr B)^2 = ((tr A)^2 + sum A_ii^2) / 4.
// a, b, c below are E (tr A)^2 / n^2, E tr A^2 / n and E sum A_ii^2 / n. For n -> infinity: a = 1,
// b grows by 1 a layer (linear), or a = c = 1 and b grows by 2 (ReLU).
double predicted_ratio(const Case& each, Index depth) {
  const auto n = static_cast<double>(kWidth);
  if (each.per_layer == 0) return 1;
  const bool relu = each.activation == "relu";
  const double s = relu ? 2 : 1;
  double a = 1, b = 1, c = 1;
  for (Index layer = 0; layer < depth; ++layer) {
    const double square = relu ? (b + c) / 4 : b;     // E tr B^2 / n
    const double trace = relu ? (a + c / n) / 4 : a;  // E (tr B)^2 / n^2
    a = s * s * (trace + 2 * square / (n * n));
    b = s * s * (trace + (1 + 1 / n) * square);
    c = s * s * (trace + 2 * square / n);
  }
  return b / a;
}

void check(const Case& each, Index depth, const std::vector<Moments>& nets, double epsilon,
           Checks& checks) {
  const std::string label = each.label + ", " + std::to_string(depth) + " layers";
  const double expected = predicted_ratio(each, depth) - 1;
  if (each.per_layer == 0) {
    // All singular values are 1, but for rounding: each of n^2 elements of each weight is off by up
    // to epsilon / 2, and each product of n terms by up to n epsilon, so a singular value by no
    // more than 2 n epsilon a layer. m2 / m1^2 - 1 is the variance of s^2, which is off by twice
    // as much, relative to its mean.
    const double error = 4 * static_cast<double>(kWidth * depth) * epsilon;
    double worst = 0, farthest = 1;
    for (const Moments& net : nets) {
      worst = std::max(worst, std::abs(net.second / (net.first * net.first) - 1));
      if (std::abs(net.first - 1) > std::abs(farthest - 1)) farthest = net.first;
    }
    // The difference itself is rounded in double.
    checks.exact("m₂/m₁² − 1, " + label, 0, worst, error * error + 1e-12);
    checks.exact("m₁, " + label, 1, farthest, error);
    return;
  }
  const auto ratio = [&](std::size_t left_out) {
    double second = 0, first = 0;
    const auto count = static_cast<double>(left_out < nets.size() ? nets.size() - 1 : nets.size());
    for (std::size_t i = 0; i < nets.size(); ++i) {
      if (i == left_out) continue;
      second += nets[i].second / count;
      first += nets[i].first * nets[i].first / count;
    }
    return second / first - 1;
  };
  const Estimate estimate = jackknife(nets.size(), ratio);
  // The jackknife itself says by how much a ratio of means is off its expectation: (n - 1) times
  // (mean of those without one - that with all), below 1 % here.
  const double bias = .01 * (1 + expected);
  // ReLU and linear layers are apart by a factor of 2.
  checks.estimate("m₂/m₁² − 1, " + label, {expected - bias, expected + bias}, estimate.value,
                  estimate.interval, .45 * expected, std::to_string(nets.size()) + " nets");
  std::vector<double> means;
  means.reserve(nets.size());
  for (const Moments& net : nets) means.push_back(net.first);
  checks.mean("m₁, " + label, {1, 1}, means, .5);
}

Outcome run(const Setting& setting) {
  Checks checks;
  report::Figure figure{
      .title = "How unevenly a net stretches its input's directions",
      .caption =
          "m₁ and m₂: means of s² and s⁴ over the singular values s of the Jacobian. At 0 "
          "all directions pass alike. Points: 60 nets of width 100 before the first step. "
          "Dashed: L and 2 L, of wide nets.",
      .x_title = "layers L",
      .y_title = "m₂/m₁² − 1",
      .from_zero = true};
  std::size_t drawn = 0;
  for (std::size_t i = 0; i < cases().size(); ++i) {
    const Case& each = cases()[i];
    const std::string color = "c" + std::to_string(i);
    report::FigureLine points{.label = each.label, .style = {color, 0}};
    points.mark = report::FigureLine::Mark::points;
    report::FigureLine line{.label = "", .style = {color, 1}};
    for (const Index depth : kDepths) {
      const std::size_t count = each.per_layer == 0 ? 4 : kNets;
      const auto nets = for_each_index(setting, count, [&](std::size_t net) {
        return with_dtype(setting, [&](auto zero) {
          return measure<decltype(zero)>(each, depth, setting, seed_of(setting, drawn + net));
        });
      });
      drawn += count;
      const double epsilon = setting.dtype == DType::float32 ? 1.2e-7 : 2.3e-16;
      check(each, depth, nets, epsilon, checks);
      double first = 0, second = 0;
      for (const Moments& net : nets) {
        first += net.first * net.first;
        second += net.second;
      }
      points.x.push_back(static_cast<double>(depth));
      points.y.push_back(second / first - 1);
      line.y.push_back(each.per_layer * static_cast<double>(depth));
    }
    line.x = points.x;
    figure.lines.push_back(std::move(line));
    figure.lines.push_back(std::move(points));
  }
  return {.ran =
              "The Jacobians of nets of 2, 4 and 6 layers of 100 units before the first step, "
              "60 nets each, and 4 with orthogonal weights.",
          .checks = checks.take(),
          .figures = {figure}};
}

}  // namespace
}  // namespace jacobian_spectrum_row

Claim jacobian_spectrum() {
  return {.name = "jacobian-spectrum",
          .row = "C9",
          .title = "Orthogonal weights pass all directions alike",
          .statement =
              "With Gaussian weights a deep net stretches some directions and loses "
              "others, the more so the deeper it is; with orthogonal weights a linear net "
              "passes all alike.",
          .formula =
              "m₂/m₁² − 1 = L (linear, Gaussian), 2 L (ReLU, He), 0 (linear, orthogonal); "
              "n ≫ L",
          .story =
              "That a signal keeps its length on average does not mean that every signal does. "
              "The singular values of the Jacobian tell by how much each direction is "
              "stretched. Each Gaussian layer spreads them further, each ReLU twice as far; a "
              "rotation leaves them as they are.",
          .source =
              "Pennington, Schoenholz and Ganguli 2017, Resurrecting the sigmoid in deep "
              "learning through dynamical isometry",
          .config = claim_configs::jacobian_spectrum,
          .run = jacobian_spectrum_row::run};
}

}  // namespace clino::claims
