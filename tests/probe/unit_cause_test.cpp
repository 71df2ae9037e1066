#include "probe/unit_cause.hpp"

#include <cmath>
#include <vector>

#include "core/errors.hpp"
#include "layers/activations/list.hpp"
#include "probe/learning_rates.hpp"
#include "tests/catch.hpp"
#include "tests/extremes.hpp"
#include "tests/layers/model_helpers.hpp"
#include "tests/probe/unit_helpers.hpp"

namespace clino::test {
namespace {

double middle(const char* name, double threshold = 1e-3) {
  return middle_of_activity(*make_activation({.type = name}), threshold);
}

}  // namespace

TEST_CASE("the three parts of a change add up to it") {
  FollowedNet<double> f(hidden_spec({10, 8, 6}, {.type = "relu"}), 200, 128);
  Random random(1, stream_id("change"));
  const auto change_all = [&](double last_bias) {
    for (double& p : f.parameters.values()) p += 0.3 * random.normal();
    std::ranges::fill(f.bias(4).elements(), last_bias);
  };
  Index checked = 0;
  for (std::uint64_t round = 1; round <= 20; ++round) {
    change_all(1000);  // all of the last layer are alive
    f.scan(2 * round);
    f.history.clear_events();
    std::vector<double> before;
    for (Index unit = 0; unit < 6; ++unit) before.push_back(f.mean_pre_activation(5, unit));
    change_all(-1000);  // all are dead
    f.scan(2 * round + 1);
    for (const UnitEvent& event : f.take_events()) {
      if (event.layer != 5) continue;
      const double after = f.mean_pre_activation(5, event.unit);
      const double change = after - before[std::size_t(event.unit)];
      REQUIRE(event.bias_change.has_value());
      CHECK(std::abs(*event.bias_change + *event.weight_change + *event.input_change - change) <=
            1e-12 * std::abs(change));
      CHECK(*event.bias_change == -2000);
      CHECK(*event.weight_change != 0);
      CHECK(*event.input_change != 0);
      ++checked;
    }
  }
  CHECK(checked == 20 * 6);
}

TEST_CASE("each part is what it says") {
  // One unit on one input: z = w x + b, whose mean input h over the probe batch is known.
  FollowedNet<double> f(hidden_spec({1, 1}, {.type = "relu"}, 1), 64);
  std::ranges::fill(f.inputs, 1.0);
  f.weight(0)(0, 0) = 2;  // first layer: h = relu(2 x) = 2
  f.bias(0)(0, 0) = 0;
  f.weight(2)(0, 0) = 3;  // second: z = 3 h + 1 = 7
  f.bias(2)(0, 0) = 1;
  f.scan(1);
  f.weight(0)(0, 0) = 5;
  f.weight(2)(0, 0) = -4;
  f.bias(2)(0, 0) = -0.5;
  f.scan(2);
  const auto events = f.take_events();
  REQUIRE(events.size() == 1);
  CHECK(*events[0].bias_change == -1.5);
  CHECK(*events[0].weight_change == -14);  // (-4 - 3) 2
  CHECK(*events[0].input_change == -12);   // -4 (5 - 2)
  CHECK(events[0].cause == UnitCause::weight_growth);
}

TEST_CASE("where an activation is dead follows from where it is active") {
  for (const char* name :
       {"relu", "elu", "selu", "celu", "gelu", "silu", "mish", "softplus", "hard_swish"}) {
    CAPTURE(name);
    CHECK(middle(name) == kInfinity);
  }
  for (const char* name :
       {"tanh", "sigmoid", "lecun_tanh", "hard_tanh", "hard_sigmoid", "softsign"}) {
    CAPTURE(name);
    CHECK(middle(name) == 0);
  }
  CHECK(middle("relu6") == Approx(3).margin(0.1));
  CHECK(middle("identity") == 0);
  CHECK(middle("prelu") == 0);
  CHECK(middle("tanh", 1.5) == 0);  // nowhere active
}

TEST_CASE("the cause is what pushed most towards the dead side") {
  const auto cause = [](double bias, double weight, double input, double z = -1) {
    return name_cause({bias, weight, input, z}, 0, std::nullopt);
  };
  CHECK(cause(-3, -2, 1) == UnitCause::bias_drift);
  CHECK(cause(-3, -4, 9) == UnitCause::weight_growth);
  CHECK(cause(5, 4, -1) == UnitCause::input_shift);
  CHECK(cause(3, 2, 9, 1) == UnitCause::input_shift);
  CHECK(cause(3, 2, -9, 1) == UnitCause::bias_drift);
  CHECK_FALSE(cause(3, 2, 0).has_value());  // none towards below
  CHECK_FALSE(cause(0, 0, 0).has_value());
  CHECK(cause(std::nan(""), -1, std::nan("")) == UnitCause::weight_growth);
  CHECK(cause(-kInfinity, -1, std::nan("")) == UnitCause::bias_drift);
  CHECK(name_cause({-5, 0, 0, -1}, 0, 3.0) == UnitCause::learning_rate_spike);
  CHECK(name_cause({-5, 0, 0, -1}, 0, 2.999) == UnitCause::bias_drift);
  // ReLU is dead below only, wherever the mean of the probe batch lies.
  CHECK(name_cause({-5, 9, 0, 4}, kInfinity, std::nullopt) == UnitCause::bias_drift);
}

TEST_CASE("a spike is the largest rate since then over the median before") {
  LearningRates rates;
  CHECK_FALSE(rates.spike(0, 10).has_value());
  for (const std::uint64_t step : {0, 10, 20, 30}) rates.add(step, 0.1 + double(step) / 1000);
  rates.add(40, 0.6);
  rates.add(50, 0.2);
  CHECK(*rates.spike(40, 60) == Approx(0.6 / 0.115));
  CHECK(*rates.spike(30, 60) == Approx(0.6 / 0.11));  // of .1 .11 .12
  CHECK(*rates.spike(31, 60) == Approx(0.6 / 0.115));
  CHECK(*rates.spike(41, 60) == Approx(0.2 / 0.12));  // of .1 .11 .12 .13 .6
  CHECK(*rates.spike(20, 40) == Approx(0.13 / 0.105));
  CHECK_FALSE(rates.spike(0, 60).has_value());   // nothing before
  CHECK_FALSE(rates.spike(51, 60).has_value());  // nothing since
  LearningRates zeros;
  zeros.add(0, 0);
  zeros.add(1, 1);
  CHECK_FALSE(zeros.spike(1, 2).has_value());
}

TEST_CASE("the window of rates forgets the oldest") {
  LearningRates rates;
  rates.add(0, 1000);
  for (std::uint64_t step = 1; step < 1024; ++step) rates.add(step, 1);
  CHECK(*rates.spike(1, 2000) == Approx(1.0 / 1000));
  rates.add(1024, 5);
  CHECK_FALSE(rates.spike(1, 2000).has_value());
  CHECK(*rates.spike(2, 2000) == 5);
  CHECK(rates.count == 1025);
}

TEST_CASE("only a dense layer right before an activation tells causes apart") {
  const Model model =
      build_model({.inputs = 4,
                   .outputs = 2,
                   .layers = {dense(4), layer("relu"), dense(4), layer("batch_norm"), layer("tanh"),
                              residual({dense(4), layer("elu")}), layer("softmax"), layer("relu6"),
                              dense(3), layer("dropout", {{"rate", 0.5}}), layer("silu")}});
  const std::vector<UnitLayer> layers = unit_layers(model);
  REQUIRE(layers.size() == 5);
  const auto check = [&](std::size_t i, const char* name, bool fed, bool same, Index first) {
    CAPTURE(name);
    CHECK(model.layers[std::size_t(layers[i].layer)].name == name);
    CHECK(layers[i].fed_by_dense() == fed);
    CHECK(layers[i].same_in_training == same);
    CHECK(layers[i].first == first);
  };
  check(0, "1", true, true, 0);
  check(1, "4", false, false, 4);
  check(2, "5.1", true, false, 8);
  check(3, "7", false, false, 12);
  check(4, "10", false, false, 16);
  CHECK(count_units(layers) == 19);
  CHECK(layers[2].weight == model.layers[6].weight);
  CHECK(layers[2].inputs == 4);
}

TEST_CASE("stochastic gates make what follows them differ in training") {
  const Model model = build_model(
      {.layers = {dense(2), layer("gelu", {{"stochastic", true}}), dense(2), layer("relu")}});
  CHECK(unit_layers(model)[0].same_in_training);
  CHECK_FALSE(unit_layers(model)[1].same_in_training);
}

TEST_CASE("references that do not fit a net are refused") {
  const Model model = build_model(hidden_spec({3}, {.type = "relu"}, 2));
  UnitCauses<double> causes(unit_layers(model));
  const UnitReferences<double> good = causes.references();
  CHECK_NOTHROW(causes.restore(good));
  auto bad = good;
  bad.weights.push_back(0);
  CHECK_THROWS_AS(causes.restore(bad), InputError);
  bad = good;
  bad.mean_at[1] = 0;  // means has none
  CHECK_THROWS_AS(causes.restore(bad), InputError);
  bad.means = {1, 2};
  CHECK_NOTHROW(causes.restore(bad));
  bad.mean_at[1] = 1;
  CHECK_THROWS_AS(causes.restore(bad), InputError);
  bad.mean_at[1] = -2;
  CHECK_THROWS_AS(causes.restore(bad), InputError);
}

}  // namespace clino::test
