// Deep wide nets at their initialisation, measured over many seeds, beside the theory.

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "layers/activations/list.hpp"
#include "tests/catch.hpp"
#include "tests/theory/measured_net.hpp"
#include "theory/prediction.hpp"

using namespace clino;

namespace {

ModelSpec spec_of(const std::string& activation, Index width, std::size_t depth,
                  const Choice& init) {
  return {.inputs = width,
          .outputs = 10,
          .layers = hidden_layers(std::vector<Index>(depth, width), {activation, {}}),
          .init = init};
}

/// Least squares through (0, y_0), (1, y_1), ...
double slope_of(const std::vector<double>& y) {
  const double middle = (static_cast<double>(y.size()) - 1) / 2;
  double covariance = 0, variance = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double x = static_cast<double>(i) - middle;
    covariance += x * y[i];
    variance += x * x;
  }
  return covariance / variance;
}

/// The slope of the logarithm of the mean over the seeds, one of them left out.
double slope_without(const std::vector<std::vector<double>>& squares, std::size_t left_out) {
  std::vector<double> logs;
  for (std::size_t layer = 0; layer < squares.front().size(); ++layer) {
    double sum = 0;
    for (std::size_t seed = 0; seed < squares.size(); ++seed) {
      if (seed != left_out) sum += squares[seed][layer];
    }
    logs.push_back(std::log(sum));
  }
  return slope_of(logs);
}

/// Jackknife over the seeds (Efron and Tibshirani 1993, chapter 11): the slope freed of the bias
/// that the logarithm of a mean of few numbers has, and its standard error.
struct Estimate {
  double value, error;
};
Estimate jackknife(const std::vector<std::vector<double>>& squares) {
  const auto n = static_cast<double>(squares.size());
  const double all = slope_without(squares, squares.size());
  double mean = 0, variance = 0;
  std::vector<double> left;
  for (std::size_t i = 0; i < squares.size(); ++i) left.push_back(slope_without(squares, i));
  for (const double each : left) mean += each / n;
  for (const double each : left) variance += (each - mean) * (each - mean) * (n - 1) / n;
  return {n * all - (n - 1) * mean, std::sqrt(variance)};
}

/// A pair of variances for which lengths come to rest and do not lead delta. Across a layer's
/// outputs the square of delta is multiplied by chi; along them, where W is not independent of
/// delta, by V'(q)^2. They have 1 / n of it, and keep to that while V'(q)^2 < chi: then E |delta|^2
/// is off by kappa (r - 1) / n a layer, kappa = E phi^2 phi'^2 / (E phi^2 E phi'^2), r the share
/// along them in units of 1 / n. For these settings that is .001 a layer at most with n = 512.
struct Setting {
  theory::Variances variances;
  theory::FixedPoint rest;
};
std::optional<Setting> setting_of(const Activation& activation) {
  for (const theory::Variances& variances :
       {theory::Variances{1.5, .1}, theory::Variances{1, .1}, theory::Variances{.6, .2}}) {
    const auto stable = theory::lengths(activation, variances).stable();
    constexpr double kBelow = .6;
    if (stable && stable->growth * stable->growth < kBelow * stable->susceptibility)
      return Setting{variances, *stable};
  }
  return std::nullopt;
}

/// Gives `model` weights and biases of these variances, from standard ones.
void scale(const Model& master, Parameters<float>& draws, const theory::Variances& variances,
           const Model& model, Parameters<float>& parameters) {
  const auto copy = [](Matrix<const float> from, Matrix<float> to, double variance) {
    const auto factor = static_cast<float>(std::sqrt(variance));
    std::ranges::transform(from.elements(), to.elements().begin(),
                           [&](float x) { return factor * x; });
  };
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    const Layer &from = master.layers[i], &to = model.layers[i];
    if (to.type == "dense") {
      copy(draws.value(from.weight), parameters.value(to.weight), variances.weight);
      copy(draws.value(from.bias), parameters.value(to.bias), variances.bias);
    } else if (to.weight.valid()) {
      std::ranges::fill(parameters.value(to.weight).elements(),
                        static_cast<float>(to.initial_weight));
    }
  }
}

/// Whether the parameters of one model serve the other.
bool laid_out_alike(const Model& a, const Model& b) {
  return std::ranges::equal(a.layers, b.layers, [](const Layer& x, const Layer& y) {
    return x.weight.index == y.weight.index && x.bias.index == y.bias.index;
  });
}

}  // namespace

TEST_CASE("deltas of deep wide nets go as predicted, for every activation that rests", "[slow]") {
  // Of 20 layers, 512 wide, at their fixed point: there chi is the same in every layer, and the
  // logarithm of the mean square is a straight line. What n = 512 adds (above) is a fifth of
  // the standard error that 20 seeds leave: the squares scatter by about 5 / n a layer, the slope
  // by sqrt(6/5 * 5 / 512 / 20 / 20) = .005.
  constexpr Index kWidth = 512;
  constexpr std::size_t kDepth = 20, kSeeds = 20;
  struct Case {
    std::string name;
    Setting setting;
    Model model;
    std::vector<std::vector<double>> squares;
  };
  std::vector<Case> cases;
  for (const CatalogueEntry& entry : activation_catalogue()) {
    const auto activation = make_activation({entry.name, {}});
    if (!activation->elementwise()) continue;
    const auto setting = setting_of(*activation);
    if (!setting) continue;
    const ModelSpec spec = spec_of(entry.name, kWidth, kDepth, {"normal", {{"sigma_w", 1.0}}});
    cases.push_back({entry.name, *setting, build_model(spec), {}});
    // A stochastic gate's slope is drawn: the theory refuses it.
    if (!theory::predict(cases.back().model, {}).reason.empty()) cases.pop_back();
  }
  REQUIRE(cases.size() >= 12);
  // Draws depend on seed and layer names alone, and all nets have the same: drawn once, they are
  // scaled for each, as their initialisers would, and shared where the scale is the same.
  const ModelSpec drawn =
      spec_of("identity", kWidth, kDepth, {"normal", {{"sigma_w", 1.0}, {"sigma_b", 1.0}}});
  const Model master = build_model(drawn);
  Parameters<float> draws(master.graph), shared(master.graph);
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    initialize(master, draws, seed);
    theory::Variances held = {.weight = 0};
    for (Case& each : cases) {
      const theory::Variances& variances = each.setting.variances;
      const bool alike = laid_out_alike(master, each.model);
      std::optional<Parameters<float>> own;
      if (!alike) own.emplace(each.model.graph);
      Parameters<float>& parameters = alike ? shared : *own;
      if (!alike || held.weight != variances.weight) {
        scale(master, draws, variances, each.model, parameters);
        if (alike) held = variances;
      }
      // Inputs of the size that the activations have at rest.
      const double size = (each.setting.rest.length - variances.bias) / variances.weight;
      const std::vector<float> x = test::normal_inputs<float>(kWidth, 1, size, seed);
      const test::Measured measured =
          test::measure<float>(each.model, parameters, {x.data(), kWidth, 1});
      std::vector<double> squares;
      for (std::size_t i = 0; i + 1 < each.model.layers.size(); i += 2) {
        squares.push_back(measured.delta_square[i]);
      }
      each.squares.push_back(squares);
    }
  }
  for (const Case& each : cases) {
    const Estimate slope = jackknife(each.squares);
    // From the first layer up: each is 1 / chi of the one below.
    const double predicted = -std::log(each.setting.rest.susceptibility);
    INFO(each.name << ": " << slope.value << " +- " << slope.error << ", predicted " << predicted);
    CHECK(std::abs(slope.value - predicted) < 3 * slope.error);
    CHECK(slope.error < .02);
  }
}

TEST_CASE("scaled draws are what an initialiser of that scale gives") {
  // What the test above stands on.
  const Choice init = {"normal", {{"sigma_w", 1.5}, {"sigma_b", .5}}};
  const Model model = build_model(spec_of("tanh", 60, 2, init));
  const Model master =
      build_model(spec_of("identity", 60, 2, {"normal", {{"sigma_w", 1.0}, {"sigma_b", 1.0}}}));
  Parameters<float> draws(master.graph), wanted(model.graph), found(model.graph);
  initialize(master, draws, 3);
  initialize(model, wanted, 3);
  scale(master, draws, {1.5 * 1.5, .25}, model, found);
  for (const std::size_t i : {0U, 2U, 4U}) {
    const auto a = std::as_const(found).value(model.layers[i].weight).elements();
    const auto b = std::as_const(wanted).value(model.layers[i].weight).elements();
    for (std::size_t k = 0; k < a.size(); ++k) REQUIRE(a[k] == Approx(b[k]).epsilon(1e-6));
  }
}
