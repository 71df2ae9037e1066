#include "theory/mean_field.hpp"

#include <cmath>
#include <string>

#include "tests/catch.hpp"
#include "tests/theory/named.hpp"

using namespace clino;
using clino::test::named;
using theory::Variances;

TEST_CASE("Sigmoid rests where the literature says, and its gradients vanish there") {
  const auto stable = theory::lengths(*named("sigmoid"), {.weight = 1}).stable();
  REQUIRE(stable);
  CHECK(std::abs(stable->length - .26469) < 1e-5);
  CHECK(std::abs(stable->susceptibility - .05572) < 1e-5);
  CHECK(std::abs(std::sqrt(stable->susceptibility) - .2360) < 1e-4);
}

TEST_CASE("Every fixed point is one, and repels or attracts as it says") {
  for (const CatalogueEntry& entry : activation_catalogue()) {
    const auto activation = named(entry.name);
    if (!activation->elementwise()) continue;
    for (const Variances& variances : {Variances{1, .05}, Variances{2.5, 0}, Variances{4, 1}}) {
      INFO(entry.name << " " << variances.weight << " " << variances.bias);
      for (const theory::FixedPoint& point : theory::lengths(*activation, variances).fixed_points) {
        const double q = point.length;
        CHECK(std::abs(theory::next_length(*activation, q, variances) / q - 1) < 1e-9);
        const double near = theory::next_length(*activation, 1.001 * q, variances);
        CHECK((near < 1.001 * q) == point.stable());
      }
    }
  }
}

TEST_CASE("Lengths die out, explode, or all rest") {
  CHECK(theory::lengths(*named("relu"), {.weight = 2}).every);
  CHECK(theory::lengths(*named("identity"), {.weight = 1}).every);
  CHECK(theory::lengths(*named("relu"), {.weight = 1.9}).dies_out);
  CHECK_FALSE(theory::lengths(*named("relu"), {.weight = 1.9}).explodes);
  CHECK(theory::lengths(*named("relu"), {.weight = 2.1}).explodes);
  CHECK(theory::lengths(*named("tanh"), {.weight = .9}).dies_out);
  CHECK_FALSE(theory::lengths(*named("tanh"), {.weight = 4}).explodes);
}

TEST_CASE("GELU and SiLU without biases have no stable length") {
  for (const std::string name : {"gelu", "silu"}) {
    INFO(name);
    for (double weight = .5; weight < 6; weight += .25) {
      CHECK_FALSE(theory::lengths(*named(name), {.weight = weight}).stable());
    }
    // Between 2 and 4 there is one that repels: below it lengths die out, above they explode.
    const theory::Lengths between = theory::lengths(*named(name), {.weight = 2.4});
    REQUIRE(between.fixed_points.size() == 1);
    CHECK(between.dies_out);
    CHECK(between.explodes);
    CHECK_FALSE(theory::critical_point(*named(name), 0));
  }
}

TEST_CASE("Critical points") {
  const auto tanh_point = theory::critical_point(*named("tanh"), .05);
  REQUIRE(tanh_point);
  CHECK(std::abs(tanh_point->weight_variance - 1.76095) < 1e-5);
  CHECK(std::abs(tanh_point->length - .57005) < 1e-5);
  const auto without_bias = theory::critical_point(*named("tanh"), 0);
  REQUIRE(without_bias);
  CHECK(without_bias->weight_variance == Approx(1).epsilon(1e-12));
  CHECK(without_bias->length == 0);
  const auto relu = theory::critical_point(*named("relu"), 0);
  REQUIRE(relu);
  CHECK(relu->weight_variance == Approx(2).epsilon(1e-12));
  CHECK(relu->every_length);
  CHECK_FALSE(theory::critical_point(*named("relu"), .1));  // lengths grow for ever
  const auto sigmoid = theory::critical_point(*named("sigmoid"), 0);
  REQUIRE(sigmoid);
  CHECK(std::abs(sigmoid->weight_variance - 103) < 1);
  for (const double bias : {0., .01, 1., 10.}) {
    CHECK_FALSE(theory::critical_point(*named("softplus"), bias));
  }
}

TEST_CASE("On a critical point chi is 1 and the length rests") {
  for (const std::string name : {"tanh", "sigmoid", "softsign", "hard_tanh", "lecun_tanh"}) {
    for (const double bias : {.01, .3}) {
      const auto point = theory::critical_point(*named(name), bias);
      INFO(name << " " << bias);
      if (!point) continue;
      const Variances variances{point->weight_variance, bias};
      CHECK(theory::susceptibility(*named(name), point->length, variances) ==
            Approx(1).epsilon(1e-9));
      CHECK(theory::next_length(*named(name), point->length, variances) ==
            Approx(point->length).epsilon(1e-9));
    }
  }
  CHECK(theory::critical_point(*named("tanh"), .3));
}

TEST_CASE("Depth scales of tanh are those of Schoenholz and others") {
  struct Row {
    double weight, six_scales;
  };
  // The depth up to which they train is about six scales.
  for (const Row& row : {Row{1, 21.8}, Row{1.3, 47}, Row{1.5, 94.7}, Row{1.7, 450}}) {
    const auto stable = theory::lengths(*named("tanh"), {row.weight, .05}).stable();
    REQUIRE(stable);
    INFO(row.weight);
    CHECK(6 * theory::depth_scale(stable->susceptibility) == Approx(row.six_scales).epsilon(.005));
  }
  CHECK(std::isinf(theory::depth_scale(1)));
}

TEST_CASE("Correlations") {
  const auto relu = named("relu");
  // Of two unrelated samples' signs agree more and more: the share of units inactive on both.
  double c = 0;
  for (int layer = 0; layer < 9; ++layer)
    c = theory::next_correlation(*relu, 1, 1, c, {.weight = 2});
  CHECK(c > .8);
  // Without any it comes from the mean alone: 1 / pi.
  CHECK(theory::next_correlation(*relu, 1, 1, 0, {.weight = 2}) ==
        Approx(.318309886).epsilon(1e-8));
  CHECK(theory::next_correlation(*named("identity"), 4, 1, .3, {.weight = 7}) ==
        Approx(.3).epsilon(1e-10));
  // What is the same stays the same, whatever the layer does.
  for (const char* name : {"tanh", "sigmoid", "gelu"}) {
    CHECK(theory::next_correlation(*named(name), .7, .7, 1, {1.3, .2}) == Approx(1).epsilon(1e-9));
  }
}

TEST_CASE("Where a deep net ends up") {
  const auto limit = [](const std::string& name, const Variances& variances) {
    const auto activation = named(name);
    return theory::limit_of(*activation, variances, theory::lengths(*activation, variances));
  };
  // ReLU's chi is sigma_w^2 / 2 at any length, whether lengths rest, die out or explode.
  for (const double weight : {1., 2., 4.}) {
    const auto relu = limit("relu", {.weight = weight});
    REQUIRE(relu);
    CHECK(relu->any_length);
    CHECK(relu->susceptibility == Approx(weight / 2).epsilon(1e-12));
  }
  const auto tanh = limit("tanh", {1, .05});
  REQUIRE(tanh);
  CHECK_FALSE(tanh->any_length);
  const auto dying = limit("tanh", {.weight = .5});
  REQUIRE(dying);
  CHECK(dying->length == 0);
  CHECK(dying->susceptibility == Approx(.5).epsilon(1e-9));
  CHECK_FALSE(limit("gelu", {.weight = 2.4}));  // dies out below q*, explodes above
}
