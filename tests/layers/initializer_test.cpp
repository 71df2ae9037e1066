#include <cmath>
#include <map>

#include "core/errors.hpp"
#include "layers/initializers.hpp"
#include "tests/layers/layer_helpers.hpp"
#include "tests/throws.hpp"

using namespace clino;

namespace {

constexpr Index kOutputs = 200;
constexpr Index kInputs = 300;
constexpr double kGain = 1.6;  // of the activation that feeds the layer

template <class T>
struct Dense {
  std::vector<T> weight;
  std::vector<T> bias;
  Matrix<T> view;
};

template <class T = double>
Dense<T> draw(const Choice& init, std::uint64_t seed = 1, std::string_view name = "0",
              Index outputs = kOutputs, Index inputs = kInputs) {
  Dense<T> dense{std::vector<T>(static_cast<std::size_t>(outputs * inputs), T{9}),
                 std::vector<T>(static_cast<std::size_t>(outputs), T{9}),
                 {}};
  dense.view = {dense.weight.data(), outputs, inputs};
  initialize_dense<T>(init, kGain, seed, name, dense.view, {dense.bias.data(), outputs, 1});
  return dense;
}

struct DrawnMoments {
  double mean = 0;
  double variance = 0;  ///< mean square about the true mean
  double largest = 0;
};

DrawnMoments moments(const std::vector<double>& values, double true_mean) {
  DrawnMoments m;
  for (const double x : values) {
    m.mean += x / static_cast<double>(values.size());
    m.variance += (x - true_mean) * (x - true_mean) / static_cast<double>(values.size());
    m.largest = std::max(m.largest, std::abs(x - true_mean));
  }
  return m;
}

/// Holds n draws to their distribution with z = 5. The mean square about the mean of n normals has
/// the variance 2 s^4 / n, of n uniforms (9/5 - 1) s^4 / n.
void check_moments(const std::vector<double>& values, double mean, double variance, bool uniform) {
  const DrawnMoments found = moments(values, mean);
  const auto n = static_cast<double>(values.size());
  CHECK(std::abs(found.mean - mean) < 5 * std::sqrt(variance / n));
  CHECK(std::abs(found.variance - variance) < 5 * variance * std::sqrt((uniform ? 0.8 : 2) / n));
  if (uniform) {
    CHECK(found.largest <= std::sqrt(3 * variance) * (1 + 1e-15));
  } else {
    // A normal goes beyond 3.5 deviations once in 2000.
    CHECK((n < 10000 || found.largest > 3.5 * std::sqrt(variance)));
  }
}

struct Expected {
  double variance;
  bool uniform;
  double bias_variance = 0;
};

const std::map<std::string, Expected> kExpected = {
    {"zeros", {0, true}},
    {"constant", {0, true}},
    {"normal", {1, false}},
    {"xavier_normal", {2.0 / 500, false}},
    {"xavier_uniform", {2.0 / 500, true}},
    {"he_normal", {2.0 / 300, false}},
    {"he_uniform", {2.0 / 300, true}},
    {"lecun_normal", {1.0 / 300, false}},
    {"lecun_uniform", {1.0 / 300, true}},
    {"standard", {1.0 / 900, true, 1.0 / 900}},  // U(-b, b) with b^2 = 1 / 300
    {"auto", {kGain * kGain / 300, false}},
};

void check_orthonormal(const Matrix<double>& q, double gain) {
  const bool wide = q.rows < q.columns;
  const Index vectors = wide ? q.rows : q.columns;
  const Index length = wide ? q.columns : q.rows;
  const auto at = [&](Index vector, Index k) { return wide ? q(vector, k) : q(k, vector); };
  double largest = 0;
  for (Index a = 0; a < vectors; ++a) {
    for (Index b = 0; b < vectors; ++b) {
      double dot = 0;
      for (Index k = 0; k < length; ++k) dot += at(a, k) * at(b, k);
      largest = std::max(largest, std::abs(dot - (a == b ? gain * gain : 0)));
    }
  }
  CHECK(largest < 1e-13 * gain * gain);
}

}  // namespace

TEST_CASE("initialisers have the moments that their papers give") {
  for (const CatalogueEntry& entry : initializer_catalogue()) {
    if (entry.name == "orthogonal" || entry.name == "uniform") continue;
    if (entry.name == "randomized_asymmetric") continue;  // has a file of its own
    INFO(entry.name);
    const Expected& expected = kExpected.at(entry.name);
    const Dense<double> dense = draw({entry.name});
    if (expected.variance > 0) {
      check_moments(dense.weight, 0, expected.variance, expected.uniform);
    } else {
      CHECK(dense.weight == std::vector<double>(dense.weight.size(), 0.0));
    }
    if (expected.bias_variance > 0) {
      check_moments(dense.bias, 0, expected.bias_variance, expected.uniform);
    } else {
      CHECK(dense.bias == std::vector<double>(dense.bias.size(), 0.0));
    }
  }
}

TEST_CASE("options of initialisers") {
  SECTION("constant") {
    CHECK(draw({"constant", {{"value", -2.5}}}).weight[17] == -2.5);
    CHECK(draw({"constant", {{"value", -2.5}}}).bias[17] == 0);
  }
  SECTION("normal: mean and std") {
    check_moments(draw({"normal", {{"mean", 3.0}, {"std", 0.2}}}).weight, 3, 0.04, false);
  }
  SECTION("normal: sigma_w and sigma_b are variances of the pre-activations' terms") {
    const Dense<double> dense = draw({"normal", {{"sigma_w", 1.5}, {"sigma_b", 0.3}}});
    check_moments(dense.weight, 0, 1.5 * 1.5 / 300, false);
    check_moments(dense.bias, 0, 0.3 * 0.3, false);
  }
  SECTION("normal: sigma_b 0 leaves the biases 0") {
    const Dense<double> dense = draw({"normal", {{"sigma_w", 1.5}, {"sigma_b", 0.0}}});
    CHECK(dense.bias == std::vector<double>(dense.bias.size(), 0.0));
  }
  SECTION("uniform") {
    check_moments(draw({"uniform", {{"low", -1.0}, {"high", 3.0}}}).weight, 1, 16.0 / 12, true);
  }
  SECTION("xavier gain") {
    check_moments(draw({"xavier_normal", {{"gain", 2.0}}}).weight, 0, 8.0 / 500, false);
  }
}

TEST_CASE("orthogonal weights are orthonormal, tall, wide and square") {
  check_orthonormal(draw({"orthogonal"}, 1, "0", 40, 40).view, 1);
  check_orthonormal(draw({"orthogonal"}, 1, "0", 60, 20).view, 1);
  check_orthonormal(draw({"orthogonal"}, 1, "0", 20, 60).view, 1);
  check_orthonormal(draw({"orthogonal", {{"gain", 3.0}}}, 1, "0", 20, 30).view, 3);
  check_orthonormal(draw({"orthogonal"}, 1, "0", 1, 1).view, 1);
}

TEST_CASE("orthogonal weights are uniform: the trace has mean 0 and mean square 1") {
  // For Haar measure on O(n), n >= 2, E tr Q = 0 and E (tr Q)^2 = 1; E (tr Q)^4 <= 3. Without the
  // signs of R the mean is far from 0.
  constexpr int kSeeds = 2000;
  for (const Index n : {1, 4}) {
    double mean = 0;
    double square = 0;
    for (int seed = 0; seed < kSeeds; ++seed) {
      const Dense<double> q = draw({"orthogonal"}, static_cast<std::uint64_t>(seed), "0", n, n);
      double trace = 0;
      for (Index i = 0; i < n; ++i) trace += q.view(i, i);
      mean += trace / kSeeds;
      square += trace * trace / kSeeds;
    }
    CHECK(std::abs(mean) < 5 / std::sqrt(kSeeds));
    CHECK(std::abs(square - 1) < 5 * std::sqrt(2.0 / kSeeds));
  }
}

TEST_CASE("float and double nets start from the same numbers") {
  for (const CatalogueEntry& entry : initializer_catalogue()) {
    INFO(entry.name);
    const auto in_float = draw<float>({entry.name}, 1, "0", 20, 30);
    const auto in_double = draw<double>({entry.name}, 1, "0", 20, 30);
    bool same = true;
    for (std::size_t i = 0; i < in_float.weight.size(); ++i) {
      same = same && in_float.weight[i] == static_cast<float>(in_double.weight[i]);
    }
    CHECK(same);
  }
}

TEST_CASE("initialisers of one family share their draws") {
  const auto lecun = draw({"lecun_normal"}).weight;
  const auto he = draw({"he_normal"}).weight;
  const auto shifted = draw({"normal", {{"mean", 4.0}, {"sigma_w", 1.0}}}).weight;
  for (const std::size_t i : {0U, 1U, 4711U}) {
    CHECK(he[i] == Approx(std::sqrt(2.0) * lecun[i]).epsilon(1e-14));
    CHECK(shifted[i] - 4 == Approx(lecun[i]).margin(1e-14));
  }
}

TEST_CASE("draws belong to the seed and the layer's name") {
  const Choice init{"he_normal"};
  CHECK(draw(init, 1, "0").weight == draw(init, 1, "0").weight);
  CHECK(draw(init, 1, "0").weight != draw(init, 2, "0").weight);
  CHECK(draw(init, 1, "0").weight != draw(init, 1, "2").weight);
}

TEST_CASE("a layer without bias is initialised like one with") {
  Dense<double> dense = draw({"standard"}, 1, "0", 3, 2);
  std::vector<double> alone(6);
  initialize_dense<double>({"standard"}, 1, 1, "0", {alone.data(), 3, 2}, {});
  CHECK(alone == dense.weight);
}

TEST_CASE("initialisers refuse what makes no sense") {
  const auto message = [](const Choice& init) {
    return message_of<UsageError>([&] { draw(init, 1, "0", 1, 1); });
  };
  CHECK(contains(message({"he_norml"}), "he_normal"));
  CHECK(message({"normal", {{"std", 1.0}, {"sigma_w", 1.0}}}) ==
        "initializer (normal): give std or sigma_w, not both");
  CHECK(contains(message({"uniform", {{"low", 2.0}}}), "low (2) is above high (1)"));
  CHECK(contains(message({"normal", {{"sigma_w", -1.0}}}), "sigma_w"));
  CHECK(contains(message({"zeros", {{"gain", 1.0}}}), "gain"));
}

TEST_CASE("The stated spread is that of the draws, for every initialiser") {
  for (const CatalogueEntry& entry : initializer_catalogue()) {
    INFO(entry.name);
    const Choice init{entry.name, {}};
    const DenseSpread spread = dense_spread(init, kGain, kOutputs, kInputs);
    const Dense<double> dense = draw(init);
    const DrawnMoments weights = moments(dense.weight, spread.weight_mean);
    // Of a mean, and of a mean square, with z = 5. No distribution here has a fourth moment above
    // that of the rare large entries of the asymmetric one: E (x - m)^4 < 1/3 of them / (n + 1).
    const auto n = static_cast<double>(dense.weight.size());
    const double variance = spread.weight_variance;
    const double fourth = 3 * variance * variance + 1. / 3 / (kInputs + 1);
    CHECK(std::abs(weights.mean - spread.weight_mean) <= 5 * std::sqrt(variance / n));
    CHECK(std::abs(weights.variance - variance) <= 5 * std::sqrt(fourth / n) * (variance > 0));
    const DrawnMoments biases = moments(dense.bias, spread.bias_mean);
    const double bias_fourth = 3 * spread.bias_variance * spread.bias_variance +
                               (spread.bias_variance > 0 ? 1. / 3 / (kInputs + 1) : 0);
    CHECK(std::abs(biases.variance - spread.bias_variance) <=
          5 * std::sqrt(bias_fourth / kOutputs));
  }
}
