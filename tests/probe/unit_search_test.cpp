#include "probe/unit_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/errors.hpp"
#include "layers/activations/list.hpp"
#include "tests/catch.hpp"
#include "tests/probe/unit_helpers.hpp"

namespace clino::test {
namespace {

/// Weights and biases large enough for units to fall silent, and different from unit to unit.
template <class T>
void scatter(FollowedNet<T>& f, std::uint64_t seed, double weight_scale, double bias_scale) {
  Random random(seed, stream_id("scatter"));
  for (const Layer& layer : f.model.layers) {
    if (layer.type == "prelu")
      f.parameters.value(layer.weight)(0, 0) = T(seed % 2 == 0 ? 1e-4 : 0.25);
    if (layer.type != "dense") continue;
    for (T& w : f.parameters.value(layer.weight).elements()) {
      w = T(weight_scale * random.normal());
    }
    for (T& b : f.parameters.value(layer.bias).elements()) b = T(bias_scale * random.normal());
  }
}

template <class T>
std::vector<unsigned char> dead_by_scan(FollowedNet<T>& f) {
  f.scan(1);
  f.history.clear_events();
  return f.history.state().dead;
}

std::vector<std::string> elementwise_activations() {
  std::vector<std::string> names;
  for (const CatalogueEntry& entry : activation_catalogue()) {
    if (make_activation({.type = entry.name})->elementwise()) names.push_back(entry.name);
  }
  return names;
}

}  // namespace

TEMPLATE_TEST_CASE("a scan finds exactly the units that no sample activates", "", float, double) {
  std::vector<std::string> with_dead;
  for (const std::string& name : elementwise_activations()) {
    Index dead = 0;
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
      FollowedNet<TestType> f(hidden_spec({12, 9, 5}, {.type = name}), 300, 64, seed);
      scatter(f, seed, seed % 3 == 0 ? 300 : 2, seed % 3 == 1 ? 40 : 7);
      const auto expected = f.dead_units();
      CAPTURE(name, seed);
      CHECK(dead_by_scan(f) == expected);
      dead += std::ranges::count(expected, 1);
      CHECK(std::ranges::count(expected, 0) > 0);
    }
    if (dead > 0) with_dead.push_back(name);
  }
  // All that can saturate have dead units here, or the comparison would say little.
  for (const char* name :
       {"sigmoid", "tanh", "lecun_tanh", "relu", "prelu", "relu6", "elu", "selu", "celu", "gelu",
        "silu", "mish", "softplus", "softsign", "hard_sigmoid", "hard_tanh", "hard_swish"}) {
    CAPTURE(name);
    CHECK(std::ranges::count(with_dead, name) == 1);
  }
}

TEST_CASE("witnesses cannot change the answer") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    FollowedNet<double> f(hidden_spec({20, 10}, {.type = "relu"}), 400, 32, seed);
    scatter(f, seed, 1, 3);
    const auto expected = f.dead_units();
    CHECK(dead_by_scan(f) == expected);
    const UnitHistoryState<double> kept = f.history.state();
    for (std::uint64_t variant = 0; variant < 5; ++variant) {
      UnitHistoryState<double> state = kept;
      std::vector<Index> order(state.witnesses.begin(), state.witnesses.end());
      Random(seed, stream_id("witnesses"), std::uint32_t(variant)).shuffle(order);
      state.witnesses.assign(order.begin(), order.end());
      if (variant == 3) std::ranges::fill(state.witnesses, -1);
      if (variant == 4) std::ranges::fill(state.witnesses, 1'000'000'000);  // of no sample
      f.history.restore(state);
      CHECK(dead_by_scan(f) == expected);
    }
  }
}

TEST_CASE("a witness is a sample that activates its unit") {
  FollowedNet<double> f(one_hidden(20, "relu"), 1000, 50);
  for (Index unit = 0; unit < 20; ++unit) {
    double square = 0;
    for (Index i = 0; i < 3; ++i) square += f.weight(0)(unit, i) * f.weight(0)(unit, i);
    f.bias(0)(unit, 0) = -2.8 * std::sqrt(square);  // one sample in 400 activates it
  }
  f.scan(1);
  f.history.clear_events();
  const auto state = f.history.state();
  Index beyond = 0;
  for (Index unit = 0; unit < 20; ++unit) {
    const auto u = std::size_t(unit);
    if (state.dead[u] != 0) continue;
    const auto sample = Index(state.witnesses[u]);
    REQUIRE(sample >= 0);
    double z = f.bias(0)(unit, 0);
    for (Index i = 0; i < 3; ++i) z += f.weight(0)(unit, i) * f.input(i, sample);
    CHECK(z > 0);
    beyond += sample >= 128 ? 1 : 0;
  }
  CHECK(beyond > 0);
}

TEST_CASE("a scan ends as soon as each unit has been seen active") {
  // z = x + b: only sample 700 of a thousand reaches above 5.
  FollowedNet<double> f(one_hidden(2, "relu", 1), 1000, 64);
  for (double& x : f.inputs) x = std::clamp(x, -4.0, 4.0);
  f.inputs[700] = 6;
  f.weight(0)(0, 0) = 1;
  f.weight(0)(1, 0) = 1;
  f.bias(0)(0, 0) = -5;
  f.bias(0)(1, 0) = 5;
  CHECK(f.scan(0)[0].dead == 0);
  // The probe batch, then batches of 64 up to that with sample 700.
  CHECK(f.scanned == 128 + (700 - 128) / 64 * 64 + 64);
  f.scanned = 0;
  CHECK(f.scan(1)[0].dead == 0);
  CHECK(f.scanned == 128 + 1);  // and its witness

  f.bias(0)(0, 0) = 0;
  f.scanned = 0;
  CHECK(f.scan(2)[0].dead == 0);
  CHECK(f.scanned == 128);

  f.bias(0)(0, 0) = -7;
  f.scanned = 0;
  CHECK(f.scan(3)[0].dead == 1);
  CHECK(f.scanned == 1000);
}

TEST_CASE("the count of samples is the caller's to budget") {
  FollowedNet<float> f(hidden_spec({8, 8}, {.type = "relu"}), 500, 100);
  f.bias(0)(3, 0) = -1e6F;
  f.scan(0);
  f.scan(1);
  CHECK(f.history.samples_scanned() == 1000);
  CHECK(f.scanned == 1000);
}

TEST_CASE("a scan goes no deeper than the deepest layer with an open question") {
  FollowedNet<double> f(hidden_spec({6, 6}, {.type = "relu"}), 600, 100);
  f.bias(0)(2, 0) = -1e6;
  std::ranges::fill(f.bias(2).elements(), 100.0);  // all of the second layer are active at once
  CHECK(f.scan(0)[1].dead == 0);
  const Matrix<const double> deep = std::as_const(f.evaluation).value(f.model.layers[3].input);
  const Matrix<const double> shallow = std::as_const(f.evaluation).value(f.model.layers[1].input);
  const std::vector<double> deep_before(deep.elements().begin(), deep.elements().end());
  const std::vector<double> shallow_before(shallow.elements().begin(), shallow.elements().end());
  f.evaluation.forward({});
  CHECK(std::ranges::equal(shallow.elements(), shallow_before));
  CHECK_FALSE(std::ranges::equal(deep.elements(), deep_before));
}

TEST_CASE("one unit, one sample, batches of one") {
  for (const Index samples : {1, 2, 129}) {
    FollowedNet<double> f(one_hidden(1, "relu", 1), samples, 1);
    f.weight(0)(0, 0) = 0;
    f.bias(0)(0, 0) = 1;
    CHECK(f.scan(0)[0].dead == 0);
    f.bias(0)(0, 0) = 0;  // the slope at the kink is 0
    CHECK(f.scan(1)[0].dead == 1);
    CHECK(f.scanned == std::min<Index>(samples, 128) + samples);
  }
}

TEST_CASE("NaN is not below a threshold: such a unit is not dead") {
  FollowedNet<float> f(one_hidden(3, "relu"), 200);
  std::ranges::fill(f.bias(0).elements(), -1e6F);
  f.weight(0)(1, 2) = std::numeric_limits<float>::quiet_NaN();
  f.weight(0)(2, 2) = std::numeric_limits<float>::infinity();  // of either sign, times the input
  CHECK(f.scan(1)[0].dead == 1);
  f.history.clear_events();
  CHECK(f.history.state().dead == f.dead_units());
}

TEST_CASE("a net without elementwise activations costs nothing") {
  FollowedNet<double> f(one_hidden(4, "softmax"));
  CHECK(f.scan(0).empty());
  CHECK(f.scanned == 0);
  CHECK(f.history.allowance(ScanMoment::start, 0, {.training = 300}) == kNoScan);
  CHECK_NOTHROW(f.step(0));
}

TEST_CASE("a fill that brings another number of samples is refused") {
  FollowedNet<double> f(one_hidden(4, "relu"));
  f.fill = [&](std::span<const Index> indices) { f.fill_tape(f.evaluation, indices.subspan(1)); };
  CHECK_THROWS_AS(f.scan(0), UsageError);
}

}  // namespace clino::test
