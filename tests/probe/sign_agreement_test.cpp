#include "probe/sign_agreement.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "core/parameters.hpp"
#include "core/random.hpp"
#include "core/tape.hpp"
#include "layers/model.hpp"
#include "tests/allocations.hpp"
#include "tests/catch.hpp"

namespace clino::test {
namespace {

constexpr Index kSamples = 24;

std::vector<LayerSpec> layers_with(const std::string& activation) {
  return hidden_layers(std::vector<Index>{10, 6}, {.type = activation});
}

/// A net with a batch on its tape, after a backward pass.
template <class T>
struct SignNet {
  Model model;
  Parameters<T> parameters;
  Tape<T> batch;
  Tape<T> single;

  explicit SignNet(const std::string& activation)
      : model(build_model({.inputs = 4, .outputs = 2, .layers = layers_with(activation)})),
        parameters(model.graph),
        batch(model.graph, parameters, {.max_batch = kSamples}),
        single(model.graph, parameters, {.max_batch = 1}) {
    initialize(model, parameters, 5);
    Random random(6, stream_id("sign_agreement_test"));
    for (T& x : batch.input(model.input).elements()) {
      const double z = random.normal();
      x = static_cast<T>(z < -1 ? 0 : z);  // some inputs are 0
    }
    for (T& y : batch.input(model.target).elements()) y = static_cast<T>(random.normal());
    batch.forward({});
    batch.backward(model.loss);
  }

  std::optional<double> fraction(const Layer& layer) const {
    return same_sign_fraction(batch.value(layer.input), batch.gradient(layer.output));
  }

  /// By the gradient of every sample by itself: rows of one sign over rows that are not zero.
  double by_single_samples(const Layer& layer) {
    int rows = 0;
    int same = 0;
    for (Index j = 0; j < kSamples; ++j) {
      std::ranges::copy(batch.input(model.input).column(j), single.input(model.input).data);
      std::ranges::copy(batch.input(model.target).column(j), single.input(model.target).data);
      parameters.zero_gradients();
      single.forward({});
      single.backward(model.loss);
      const Matrix<T> gradient = parameters.gradient(layer.weight);
      for (Index i = 0; i < gradient.rows; ++i) {
        int positive = 0;
        int negative = 0;
        for (Index k = 0; k < gradient.columns; ++k) {
          positive += gradient(i, k) > 0 ? 1 : 0;
          negative += gradient(i, k) < 0 ? 1 : 0;
        }
        rows += positive + negative > 0 ? 1 : 0;
        same += (positive > 0) != (negative > 0) ? 1 : 0;
      }
    }
    REQUIRE(rows > 0);
    return double(same) / double(rows);
  }
};

/// Inputs and deltas by hand.
template <class T>
std::optional<double> fraction(Index inputs, std::vector<T> h, Index outputs,
                               std::vector<T> delta) {
  const auto columns = static_cast<Index>(h.size()) / inputs;
  REQUIRE(static_cast<Index>(delta.size()) == outputs * columns);
  return same_sign_fraction<T>({h.data(), inputs, columns}, {delta.data(), outputs, columns});
}

}  // namespace

TEMPLATE_TEST_CASE("the shortcut counts what the gradients of single samples show", "", float,
                   double) {
  for (const char* activation :
       {"sigmoid", "tanh", "relu", "gelu", "softplus", "elu", "identity"}) {
    SignNet<TestType> net(activation);
    for (const Layer& layer : net.model.layers) {
      if (layer.type != "dense") continue;
      const auto found = net.fraction(layer);
      INFO(activation << ", layer " << layer.name);
      REQUIRE(found.has_value());
      CHECK(*found == Approx(net.by_single_samples(layer)).epsilon(1e-14));
    }
  }
}

TEST_CASE("inputs by sigmoid make every gradient's rows one-signed") {
  const SignNet<float> net("sigmoid");
  CHECK(net.fraction(net.model.layers[2]) == 1);
  CHECK(net.fraction(net.model.layers[4]) == 1);
  CHECK(*net.fraction(net.model.layers[0]) < 1);
}

TEST_CASE("n symmetric inputs share a sign with probability 2^-(n - 1)") {
  constexpr Index kInputs = 10;
  constexpr Index kMany = 200000;
  Random random(8, stream_id("symmetric"));
  std::vector<float> h;
  for (Index i = 0; i < kInputs * kMany; ++i) {
    h.push_back(static_cast<float>(std::tanh(random.normal())));
  }
  const double found = *fraction(kInputs, h, 1, std::vector<float>(kMany, -0.5F));
  const double expected = std::pow(2.0, -(kInputs - 1));
  // 4.5 standard deviations of a count of 200000 draws.
  CHECK(std::abs(found - expected) < 4.5 * std::sqrt(expected / kMany));
}

TEMPLATE_TEST_CASE("zeros have no sign", "", float, double) {
  using V = std::vector<TestType>;
  const TestType z = TestType(-0.0);
  CHECK(fraction<TestType>(3, V{0, 2, 3}, 1, V{1}) == 1);
  CHECK(fraction<TestType>(3, V{z, 2, 3}, 1, V{-1}) == 1);
  CHECK(fraction<TestType>(3, V{0, -2, -3}, 1, V{1}) == 1);
  CHECK(fraction<TestType>(3, V{z, -2, 0}, 1, V{1}) == 1);
  CHECK(fraction<TestType>(3, V{0, -2, 3}, 1, V{1}) == 0);
  // All inputs or deltas zero: no gradient, so nothing to count.
  CHECK(fraction<TestType>(3, V{0, z, 0}, 1, V{1}) == std::nullopt);
  CHECK(fraction<TestType>(3, V{1, 2, 3}, 2, V{0, z}) == std::nullopt);
  CHECK(fraction<TestType>(2, V{0, 0, 1, 2, 1, -2}, 2, V{1, 1, 1, 0, 3, 4}) == Approx(1.0 / 3));
  CHECK(fraction<TestType>(2, V{0, 0, 1, 2}, 1, V{1, 0}) == std::nullopt);
  CHECK(fraction<TestType>(2, V{1, -1, 0, 0}, 1, V{0, 1}) == std::nullopt);
}

TEMPLATE_TEST_CASE("a NaN has no sign, an infinity has", "", float, double) {
  using V = std::vector<TestType>;
  using Limits = std::numeric_limits<TestType>;
  for (const TestType nan : {Limits::quiet_NaN(), -Limits::quiet_NaN()}) {
    CHECK(fraction<TestType>(2, V{1, nan}, 1, V{1}) == 0);
    CHECK(fraction<TestType>(2, V{-1, nan}, 1, V{1}) == 0);
    CHECK(fraction<TestType>(2, V{0, nan}, 1, V{1}) == 0);
    CHECK(fraction<TestType>(2, V{1, nan, 1, 1}, 1, V{1, 1}) == Approx(0.5));
    CHECK(fraction<TestType>(2, V{1, 1}, 2, V{nan, 1}) == 1);
    CHECK(fraction<TestType>(2, V{1, 1}, 1, V{nan}) == std::nullopt);
  }
  CHECK(fraction<TestType>(2, V{1, Limits::infinity()}, 1, V{1}) == 1);
  CHECK(fraction<TestType>(2, V{-1, -Limits::infinity()}, 1, V{1}) == 1);
  CHECK(fraction<TestType>(2, V{1, -Limits::infinity()}, 1, V{1}) == 0);
  CHECK(fraction<TestType>(2, V{300, Limits::min()}, 1, V{-300}) == 1);
}

TEST_CASE("a single other sign is found wherever it stands") {
  for (const Index inputs : {1, 2, 31, 32, 33, 97, 100, 784}) {
    for (const Index place : {Index{0}, inputs / 2, inputs - 1}) {
      std::vector<float> h(static_cast<std::size_t>(3 * inputs), 0.5F);
      h[static_cast<std::size_t>(inputs + place)] = -0.5F;
      INFO(inputs << " inputs, " << place);
      CHECK(*fraction<float>(inputs, h, 2, {1, 1, 1, 1, 1, 1}) ==
            Approx(inputs == 1 ? 1 : 2.0 / 3));
    }
  }
}

TEST_CASE("looking at signs allocates nothing") {
  const SignNet<float> net("tanh");
  const AllocationCount count;
  const auto found = net.fraction(net.model.layers[2]);
  CHECK(count.since_start() == 0);
  CHECK(found.has_value());
}

}  // namespace clino::test
