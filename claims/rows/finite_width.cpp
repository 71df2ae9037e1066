#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "claims/jackknife.hpp"
#include "claims/net.hpp"
#include "claims/parallel.hpp"
#include "claims/rows/rows.hpp"

namespace clino::claim_configs {
extern const std::string_view finite_width;
}

namespace clino::claims {

namespace finite_width_row {
namespace {

// With h_l = relu(W_l h_(l-1)), W_l of variance 2 / n_(l-1), the pre-activations given h_(l-1) are
// normal with variance 2 M_(l-1), M = |h|^2 / n. So M_l = M_(l-1) X_l with
//   X_l = (2 / n_l) sum of relu(g_i)^2,  g_i standard normal,
// whatever h_(l-1) was: the X_l of a net are independent. E relu(g)^2 = 1/2, E relu(g)^4 = 3/2, so
//   E X_l = 1,  E X_l^2 = 1 + (4 / n_l) (3/2 - 1/4) = 1 + 5 / n_l,
// and r = M_L / M_0 is their product. Exact at any width.
//
// r^2 has so heavy a tail (its variance is dozens of times the square of its mean) that its mean
// over a thousand nets has no honest interval. Each X_l has a light one: E r^2 is the product of
// their mean squares. That the X_l of one net are independent is looked at by itself: ln r, whose
// tail is light too, has to scatter as the sum of independent ln X_l does.

/// Hidden layers of a case, and how many nets of it are drawn.
struct Case {
  std::string label;
  std::vector<Index> widths;  ///< that of the input first
  std::size_t nets;
};

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"10 layers of 50", std::vector<Index>(11, 50), 600},
      {"20 layers of 100", std::vector<Index>(21, 100), 120},
      // Where fan_in and fan_out differ, He's rule has to go by fan_in.
      {"8 layers, 120 to 40 units", {130, 120, 100, 90, 80, 70, 60, 50, 40}, 200}};
  return all;
}

/// M_l of one net, from the input on.
template <class T>
std::vector<double> mean_squares(const Case& each, const Setting& setting, std::uint64_t seed) {
  const Index inputs = each.widths.front();
  const std::vector<LayerSpec> hidden =
      hidden_layers(std::span(each.widths).subspan(1), {.type = "relu"});
  Net<T> net = make_net<T>({.inputs = inputs, .layers = hidden, .init = {.type = "he_normal"}},
                           setting, seed);
  Tape<T> tape(net.model.graph, net.parameters, {.max_batch = 1, .mode = TapeMode::evaluate});
  std::ranges::fill(tape.input(net.model.input).elements(), T{1});
  tape.forward({}, net.model.prediction);
  std::vector<double> means = {1};
  for (const Layer& layer : net.model.layers) {
    if (layer.activation == nullptr) continue;
    double sum = 0;
    for (const T h : tape.value(layer.output).elements()) sum += static_cast<double>(h) * h;
    means.push_back(sum / static_cast<double>(layer.outputs));
  }
  return means;
}

/// X_l to a power, of many nets, and their sums over the nets.
struct Powers {
  std::vector<std::vector<double>> of_net;  ///< [net][layer]
  std::vector<double> sums;
};
Powers powers(const std::vector<std::vector<double>>& nets, int power) {
  const std::size_t layers = nets.front().size() - 1;
  Powers all{.of_net = {nets.size(), std::vector<double>(layers)},
             .sums = std::vector<double>(layers)};
  for (std::size_t net = 0; net < nets.size(); ++net) {
    for (std::size_t layer = 0; layer < layers; ++layer) {
      const double x = std::pow(nets[net][layer + 1] / nets[net][layer], power);
      all.of_net[net][layer] = x;
      all.sums[layer] += x;
    }
  }
  return all;
}

/// Sum over the first layers of ln(mean of X_l to the power), without one of the nets.
double log_moment(const Powers& all, std::size_t layers, std::size_t left_out) {
  const std::size_t nets = all.of_net.size();
  const auto count = static_cast<double>(left_out < nets ? nets - 1 : nets);
  double total = 0;
  for (std::size_t layer = 0; layer < layers; ++layer) {
    const double without = left_out < nets ? all.of_net[left_out][layer] : 0;
    total += std::log((all.sums[layer] - without) / count);
  }
  return total;
}

/// The function of x of which ln Gamma is the integral, and its slope: by recurrence up to where
/// the first terms of the asymptotic series are exact to 1e-12.
struct Polygamma {
  double digamma = 0, trigamma = 0;
};
Polygamma polygamma(double x) {
  Polygamma at;
  for (; x < 20; ++x) {
    at.digamma -= 1 / x;
    at.trigamma += 1 / (x * x);
  }
  const double s = 1 / (x * x);
  at.digamma += std::log(x) - 1 / (2 * x) - s * (1. / 12 - s * (1. / 120 - s / 252));
  at.trigamma += 1 / x + s / 2 + s / x * (1. / 6 - s * (1. / 30 - s / 42));
  return at;
}

/// Mean and variance of ln X for n units. Of those k are active with probability C(n, k) / 2^n,
/// and then n X / 2 is a chi-squared of k degrees, whose logarithm has the mean psi(k/2) + ln 2 and
/// the variance psi'(k/2). (k = 0 has a probability below 1e-12 at the widths here.)
struct LogMoments {
  double mean = 0, variance = 0;
};
LogMoments log_moments(Index units) {
  const auto n = static_cast<double>(units);
  LogMoments at;
  double share = std::exp2(-n);  // of k active units
  double square = 0;
  for (double k = 1; k <= n; ++k) {
    share *= (n - k + 1) / k;
    const Polygamma gamma = polygamma(k / 2);
    const double mean = gamma.digamma + std::log(4 / n);
    at.mean += share * mean;
    square += share * (mean * mean + gamma.trigamma);
  }
  at.variance = square - at.mean * at.mean;
  return at;
}

double predicted_ratio(const Case& each, std::size_t layers) {
  double product = 1;
  for (std::size_t layer = 1; layer <= layers; ++layer)
    product *= 1 + 5 / static_cast<double>(each.widths[layer]);
  return product;
}

void check(const Case& each, const std::vector<std::vector<double>>& nets, Checks& checks) {
  const std::size_t layers = each.widths.size() - 1;
  const std::string how = std::to_string(nets.size()) + " nets, layer by layer";
  const auto exp_of = [](Interval range) {
    return Interval{std::exp(range.low), std::exp(range.high)};
  };
  const Powers first = powers(nets, 1), second = powers(nets, 2);
  const Estimate ratio = jackknife(nets.size(), [&](std::size_t left_out) {
    return log_moment(second, layers, left_out) - 2 * log_moment(first, layers, left_out);
  });
  // 3 / n in place of 5 / n is 1.8 in place of 2.6, and 1.4 in place of 1.8 in the third case.
  const double expected = predicted_ratio(each, layers);
  checks.estimate("E r^2 / (E r)^2, " + each.label, {expected, expected}, std::exp(ratio.value),
                  exp_of(ratio.interval), .15 * expected, how);
  const Estimate mean = jackknife(
      nets.size(), [&](std::size_t left_out) { return log_moment(first, layers, left_out); });
  // He's rule by fan_out makes it n_0 / n_L = 3.2 in the third case.
  checks.estimate("E r, " + each.label, {1, 1}, std::exp(mean.value), exp_of(mean.interval), .6,
                  how);
  LogMoments logarithm;
  for (std::size_t layer = 1; layer <= layers; ++layer) {
    const LogMoments own = log_moments(each.widths[layer]);
    logarithm.mean += own.mean;
    logarithm.variance += own.variance;
  }
  std::vector<double> ratios, squares;
  ratios.reserve(nets.size());
  squares.reserve(nets.size());
  for (const std::vector<double>& net : nets) {
    ratios.push_back(net.back() / net.front());
    squares.push_back(std::pow(std::log(ratios.back()) - logarithm.mean, 2));
  }
  const double typical = std::exp(logarithm.mean);
  checks.mean("geometric mean of r, " + each.label, {typical, typical}, ratios, .6,
              statistics::Scale::ratio);
  // On the scale of its logarithm a variance is nearly normal, as it is not by itself. Layers that
  // all scatter together would make it as many times larger as there are layers.
  const Estimate spread = jackknife(squares.size(), [&](std::size_t left_out) {
    double sum = 0;
    for (std::size_t i = 0; i < squares.size(); ++i) sum += i == left_out ? 0 : squares[i];
    const bool all = left_out == squares.size();
    return std::log(sum / static_cast<double>(squares.size() - (all ? 0 : 1)));
  });
  checks.estimate("variance of ln r, " + each.label, {logarithm.variance, logarithm.variance},
                  std::exp(spread.value),
                  {std::exp(spread.interval.low), std::exp(spread.interval.high)},
                  1.5 * logarithm.variance, std::to_string(squares.size()) + " nets");
}

void draw(report::Figure& figure, const Case& each, std::size_t number,
          const std::vector<std::vector<double>>& nets) {
  const std::string color = "c" + std::to_string(number);
  report::FigureLine points{.label = each.label, .style = {color, 0}};
  points.mark = report::FigureLine::Mark::points;
  report::FigureLine line{.label = "", .style = {color, 1}};
  const Powers first = powers(nets, 1), second = powers(nets, 2);
  for (std::size_t layer = 1; layer < each.widths.size(); ++layer) {
    points.x.push_back(static_cast<double>(layer));
    points.y.push_back(std::exp(log_moment(second, layer, nets.size()) -
                                2 * log_moment(first, layer, nets.size())));
    line.y.push_back(predicted_ratio(each, layer));
  }
  line.x = points.x;
  figure.lines.push_back(std::move(line));
  figure.lines.push_back(std::move(points));
}

Outcome run(const Setting& setting) {
  Checks checks;
  report::Figure figure{
      .title = "How much single nets scatter about the mean of all",
      .caption =
          "r = how many times larger the mean square of the activations is than that of the input. "
          "Dashed: the product of 1 + 5 / n over the layers. Where the curve is at 2.6, most nets "
          "lie far below the mean and a few far above.",
      .x_title = "hidden layers",
      .y_title = "E r^2 / (E r)^2",
      .log_y = true};
  std::size_t first = 0;
  for (std::size_t i = 0; i < cases().size(); ++i) {
    const Case& each = cases()[i];
    const auto nets = for_each_index(setting, each.nets, [&](std::size_t net) {
      return with_dtype(setting, [&](auto zero) {
        return mean_squares<decltype(zero)>(each, setting, seed_of(setting, first + net));
      });
    });
    check(each, nets, checks);
    draw(figure, each, i, nets);
    first += each.nets;
  }
  return {.ran =
              "ReLU nets with He's weights and no biases, one pass upwards before the first step: "
              "600 of 10 layers of 50 units, 120 of 20 layers of 100, 200 that narrow from 120 "
              "to 40.",
          .checks = checks.take(),
          .figures = {figure}};
}

}  // namespace
}  // namespace finite_width_row

Claim finite_width() {
  return {
      .name = "finite-width",
      .row = "C4",
      .title = "Narrow and deep nets are no two alike",
      .statement =
          "Even with He's weights, which keep a signal on average, the signals of single "
          "nets scatter, and exponentially in the sum of 1 / width over the layers.",
      .formula = "E r² / (E r)² = Π (1 + 5 / n_l),  r = (|h_L|² / n_L) / (|h_0|² / n_0),  E r = 1",
      .story =
          "Every layer multiplies the signal by a mean over its units, which is 1 only on "
          "average: with n units it is off by some 1 / √n. Over many layers these factors "
          "multiply. The mean over all nets stays 1 because a few nets are large; the typical "
          "one is far below. Depth alone is no harm, depth over width is.",
      .source =
          "Hanin 2018, Which neural net architectures give rise to exploding and vanishing "
          "gradients?",
      .config = claim_configs::finite_width,
      .run = finite_width_row::run};
}

}  // namespace clino::claims
