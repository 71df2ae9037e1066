#include <array>
#include <cmath>
#include <numbers>

#include "layers/initializers.hpp"
#include "tests/layers/model_helpers.hpp"

using namespace clino;

namespace {

constexpr double kSigma = 0.6007;  // as the paper prints it
const Choice kInit{"randomized_asymmetric"};

/// A dense layer's first numbers.
template <class T = double>
struct First {
  First(const Choice& init, Index outputs, Index inputs, bool with_bias = true)
      : weights(static_cast<std::size_t>(outputs * inputs)),
        biases(static_cast<std::size_t>(with_bias ? outputs : 0)),
        weight{weights.data(), outputs, inputs},
        bias{biases.data(), with_bias ? outputs : 0, with_bias ? 1 : 0} {
    initialize_dense<T>(init, 1, 1, "0", weight, bias);
  }

  T entry(Index unit, Index place) const {
    return place < weight.columns ? weight(unit, place) : bias(unit, 0);
  }
  Index entries() const { return weight.columns + (biases.empty() ? 0 : 1); }

  std::vector<T> weights;
  std::vector<T> biases;
  Matrix<T> weight;
  Matrix<T> bias;
};

/// The same normals, without the replaced ones.
Choice normals(Index inputs) {
  const double deviation = kSigma / std::sqrt(static_cast<double>(inputs));
  return {"normal", {{"std", deviation}, {"sigma_b", deviation}}};
}

/// The places of a unit's row that are not the draws of `normals`, to the digits of kSigma.
std::vector<Index> replaced(const First<>& layer, const First<>& plain, Index unit) {
  std::vector<Index> places;
  for (Index k = 0; k < layer.entries(); ++k) {
    const double expected = plain.entry(unit, k);
    if (std::abs(layer.entry(unit, k) - expected) > 2e-4 * std::abs(expected)) places.push_back(k);
  }
  return places;
}

double normal_density(double x) { return std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi); }
double normal_below(double x) { return std::erfc(-x / std::numbers::sqrt2) / 2; }

}  // namespace

TEST_CASE("randomized_asymmetric replaces one number of each unit by a draw of Beta(2, 1)") {
  constexpr Index kUnits = 4000;
  constexpr Index kInputs = 3;
  for (const bool with_bias : {true, false}) {
    INFO("bias " << with_bias);
    const First<> layer(kInit, kUnits, kInputs, with_bias);
    const First<> plain(normals(kInputs), kUnits, kInputs, with_bias);
    std::array<double, kInputs + 1> counts{};
    double mean = 0;
    double square = 0;
    bool inside = true;
    for (Index unit = 0; unit < kUnits; ++unit) {
      const std::vector<Index> places = replaced(layer, plain, unit);
      REQUIRE(places.size() == 1);
      ++counts.at(static_cast<std::size_t>(places[0]));
      const double draw = layer.entry(unit, places[0]);
      inside = inside && draw > 0 && draw < 1;
      mean += draw / kUnits;
      square += draw * draw / kUnits;
    }
    CHECK(inside);
    // Of the density 2 x: E x = 2/3, E x^2 = 1/2, E x^4 = 1/3. All bounds are 5 deviations.
    CHECK(std::abs(mean - 2.0 / 3) < 5 * std::sqrt((1.0 / 2 - 4.0 / 9) / kUnits));
    CHECK(std::abs(square - 1.0 / 2) < 5 * std::sqrt((1.0 / 3 - 1.0 / 4) / kUnits));
    const double share = 1.0 / static_cast<double>(layer.entries());
    for (Index k = 0; k < layer.entries(); ++k) {
      INFO("place " << k);
      CHECK(std::abs(counts.at(static_cast<std::size_t>(k)) - kUnits * share) <
            5 * std::sqrt(kUnits * share * (1 - share)));
    }
  }
}

TEST_CASE("randomized_asymmetric starts float and double nets alike, biases too") {
  const First<float> in_float(kInit, 50, 7);
  const First<double> in_double(kInit, 50, 7);
  for (Index unit = 0; unit < 50; ++unit) {
    for (Index k = 0; k < 8; ++k) {
      REQUIRE(in_float.entry(unit, k) == static_cast<float>(in_double.entry(unit, k)));
    }
  }
}

TEST_CASE("a ReLU after randomized_asymmetric weights keeps the mean square within its bound") {
  // Given the replaced place k and its draw p, a pre-activation of v = (x, 1) is normal, with
  // mean m = p v_k and variance s^2 = sigma^2 (|v|^2 - v_k^2) / n, and
  //     E relu^2 = (s^2 + m^2) Phi(m / s) + m s phi(m / s).
  // Over p (density 2 p) by the midpoint rule, over k evenly. The paper's sigma makes it at most
  // the mean square |v|^2 / (n + 1) of what the layer reads.
  constexpr Index kUnits = 40000;
  const std::vector<std::vector<double>> all = {
      {1, 1, 1, 1, 1}, {0, 0, 3, 0, 0}, {0, 0, 0, 0, 0}, {0.1, 2, -1, 0.5, -4}};
  const First<> layer(kInit, kUnits, 5);
  for (std::vector<double> v : all) {
    v.push_back(1);
    double norm = 0;
    for (const double each : v) norm += each * each;
    double expected = 0;
    for (const double each : v) {
      const double s = kSigma * std::sqrt((norm - each * each) / 5);
      constexpr int kPoints = 2000;
      for (int i = 0; i < kPoints; ++i) {
        const double p = (i + 0.5) / kPoints;
        const double m = p * each;
        const double t = s > 0 ? m / s : 1e9;
        expected += 2 * p / kPoints / static_cast<double>(v.size()) *
                    ((s * s + m * m) * normal_below(t) + m * s * normal_density(t));
      }
    }
    double found = 0;
    double fourth = 0;
    for (Index unit = 0; unit < kUnits; ++unit) {
      double z = 0;
      for (Index k = 0; k < 6; ++k) z += layer.entry(unit, k) * v[static_cast<std::size_t>(k)];
      const double square = z > 0 ? z * z : 0;
      found += square / kUnits;
      fourth += square * square / kUnits;
    }
    CHECK(std::abs(found - expected) < 5 * std::sqrt((fourth - found * found) / kUnits));
    CHECK(expected <= norm / 6 * (1 + 1e-3));
  }
}

TEST_CASE("a deep narrow ReLU net is born dead less often with randomized_asymmetric weights") {
  // Ten hidden layers of two units, seen at one sample. With symmetric weights and zero biases
  // each unit is inactive with probability 1/2: some layer is dead with 1 - (3/4)^10 = .9437.
  //
  // With randomized_asymmetric ones, and v = (x, 1) >= 0 what a layer of n = 2 inputs reads, a
  // unit is inactive with probability E Phi(-P v_k / s_k) <= 1/2 for every place k, s_k^2 =
  // sigma^2 (|v|^2 - v_k^2) / 2. The largest entry has v_k^2 >= |v|^2 / 3, so v_k / s_k >= 1 /
  // sigma and, t = 1 / sigma, integrating 2 p Phi(p t) by parts,
  //     E Phi(P v_k / s_k) - 1/2 >= g = (Phi(t) - 1/2) (1 - 1 / t^2) + phi(t) / t.
  // So a unit is inactive with at most 1/2 - g / 3, and some layer is dead with at most
  // 1 - (1 - (1/2 - g / 3)^2)^10.
  constexpr double kT = 1 / kSigma;
  const double g = (normal_below(kT) - 0.5) * (1 - 1 / (kT * kT)) + normal_density(kT) / kT;
  const double bound = 1 - std::pow(1 - std::pow(0.5 - g / 3, 2), 10);
  const double symmetric = 1 - std::pow(0.75, 10);
  REQUIRE(bound < 0.85);

  constexpr int kSeeds = 2000;
  const auto dead_share = [](const std::string& init) {
    std::vector<LayerSpec> layers = hidden_layers(std::vector<Index>(10, 2), {"relu"});
    ModelSpec spec{.inputs = 2, .outputs = 1, .layers = layers, .init = {init}};
    RunningModel net(spec, 1);
    int dead = 0;
    for (int seed = 0; seed < kSeeds; ++seed) {
      initialize(net.model, net.parameters, static_cast<std::uint64_t>(seed));
      copy_into({1, 0.5}, net.tape.input(net.model.input));
      net.loss();
      bool any = false;
      for (const Layer& each : net.model.layers) {
        if (each.type != "relu") continue;
        const Matrix<const double> output = net.tape.value(each.output);
        any = any || (output(0, 0) == 0 && output(1, 0) == 0);
      }
      dead += any ? 1 : 0;
    }
    return static_cast<double>(dead) / kSeeds;
  };
  const double asymmetric = dead_share("randomized_asymmetric");
  INFO("born dead: " << asymmetric);
  CHECK(asymmetric < bound + 5 * std::sqrt(bound * (1 - bound) / kSeeds));
  CHECK(std::abs(dead_share("he_normal") - symmetric) <
        5 * std::sqrt(symmetric * (1 - symmetric) / kSeeds));
}
