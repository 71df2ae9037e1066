#include "theory/analysis.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>

#include "layers/activations/erase.hpp"
#include "layers/activations/list.hpp"
#include "tests/catch.hpp"
#include "tests/theory/named.hpp"
#include "tests/throws.hpp"

using namespace clino;
using clino::test::named;
using theory::ActivationAnalysis;
using theory::ActivationShape;
using theory::CriticalLinePoint;
using theory::Monotony;
using theory::Saturation;

namespace {

std::vector<std::shared_ptr<const Activation>> all_elementwise() {
  std::vector<std::shared_ptr<const Activation>> found;
  for (const CatalogueEntry& entry : activation_catalogue()) {
    const auto activation = named(entry.name);
    if (activation->elementwise()) found.push_back(activation);
  }
  return found;
}

/// Its value at infinity is inf / inf.
struct Rooted {
  static constexpr std::string_view name = "rooted";
  static constexpr Needs needs = Needs::input;
  template <class V>
  V value(V x) const {
    return x / std::sqrt(V{1} + x * x);
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    return V{1} / ((V{1} + x * x) * std::sqrt(V{1} + x * x));
  }
};

struct Sine {
  static constexpr std::string_view name = "sine";
  static constexpr Needs needs = Needs::input;
  template <class V>
  V value(V x) const {
    return std::sin(x);
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    return std::cos(x);
  }
};

struct Nothing {
  static constexpr std::string_view name = "nothing";
  static constexpr Needs needs = Needs::input;
  template <class V>
  V value(V /*x*/) const {
    return V{0};
  }
  template <class V>
  V slope(V /*x*/, V /*y*/) const {
    return V{0};
  }
};

/// Two minima of -1/4, at +-sqrt(1/2), and a slope without a largest value.
struct TwoWells {
  static constexpr std::string_view name = "two_wells";
  static constexpr Needs needs = Needs::input;
  template <class V>
  V value(V x) const {
    return x * x * (x * x - V{1});
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    return V{4} * x * x * x - V{2} * x;
  }
};

struct Absolute {
  static constexpr std::string_view name = "absolute";
  static constexpr Needs needs = Needs::input;
  static std::vector<double> kinks() { return {0}; }
  template <class V>
  V value(V x) const {
    return std::abs(x);
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    return x > V{0} ? V{1} : V{-1};
  }
};

}  // namespace

TEST_CASE("Saturation begins where the slope's inverse says") {
  // e / (1 + e)^2 = t with e = e^-x, the smaller root, and 1 / cosh^2 x = t.
  const double t = 1e-7;
  const double sigmoid = -std::log(2 * t / (1 - 2 * t + std::sqrt(1 - 4 * t)));
  CHECK(std::abs(sigmoid - 16.118) < 5e-4);
  const Saturation found = theory::saturation(*named("sigmoid"), t);
  CHECK(found.above.value() == Approx(sigmoid).epsilon(1e-12));
  CHECK(found.below.value() == Approx(-sigmoid).epsilon(1e-12));
  const Saturation tanh = theory::saturation(*named("tanh"), t);
  CHECK(tanh.above.value() == Approx(std::acosh(1 / std::sqrt(t))).epsilon(1e-12));
  CHECK(std::abs(tanh.above.value() - 8.752) < 5e-4);
  const Saturation elu = theory::saturation(*named("elu"), 1e-3);
  CHECK(elu.below.value() == Approx(std::log(1e-3)).epsilon(1e-12));
  CHECK_FALSE(elu.above);
  const Saturation softsign = theory::saturation(*named("softsign"), t);
  CHECK(softsign.above.value() == Approx(1 / std::sqrt(t) - 1).epsilon(1e-12));
}

TEST_CASE("What is cut straight is inactive from its kink on, and never on its active side") {
  const Saturation relu = theory::saturation(*named("relu"), 1e-3);
  CHECK(relu.below == 0.);
  CHECK_FALSE(relu.above);
  const Saturation hard_tanh = theory::saturation(*named("hard_tanh"), 1e-7);
  CHECK(hard_tanh.below == -1.);
  CHECK(hard_tanh.above == 1.);
  const Saturation relu6 = theory::saturation(*named("relu6"), .5);
  CHECK(relu6.below == 0.);
  CHECK(relu6.above == 6.);
  for (const char* name : {"identity", "leaky_relu", "prelu"}) {
    const Saturation never = theory::saturation(*named(name), 1e-3);
    CHECK_FALSE(never.below);
    CHECK_FALSE(never.above);
  }
}

TEST_CASE("The slope crosses the threshold at each saturation point, and stays below beyond") {
  for (const auto& activation : all_elementwise()) {
    for (const double threshold : {1e-7, 1e-3, .1}) {
      INFO(activation->name() << " " << threshold);
      const Saturation found = theory::saturation(*activation, threshold);
      for (const auto& [end, side] : {std::pair{found.below, -1.}, {found.above, 1.}}) {
        if (!end) {
          CHECK(std::abs(activation->slope(side * 1e8)) >= threshold);
          continue;
        }
        const double step = 1e-9 * (1 + std::abs(*end));
        CHECK(std::abs(activation->slope(*end - side * step)) >= threshold);
        for (double beyond = step; beyond < 1e7; beyond *= 1.5) {
          REQUIRE(std::abs(activation->slope(*end + side * beyond)) < threshold);
        }
      }
    }
  }
}

TEST_CASE("Minima are those of the literature, and none is made up") {
  struct Row {
    const char* name;
    double x, value;
  };
  for (const Row& row : {Row{"gelu", -.751792, -.169971},
                         {"silu", -1.278465, -.278465},
                         {"mish", -1.192431, -.308843},
                         {"hard_swish", -1.5, -.375}}) {
    INFO(row.name);
    const auto minimum = theory::shape_of(*named(row.name)).minimum;
    REQUIRE(minimum);
    CHECK(std::abs(minimum->x - row.x) < 6e-7);
    CHECK(std::abs(minimum->value - row.value) < 6e-7);
    CHECK(std::abs(named(row.name)->slope(minimum->x)) < 1e-12);
  }
  for (const char* name : {"relu", "sigmoid", "hard_tanh", "elu", "identity"}) {
    CHECK_FALSE(theory::shape_of(*named(name)).minimum);
    CHECK_FALSE(theory::shape_of(*named(name)).maximum);
  }
  CHECK_FALSE(theory::shape_of(*erase_activation(TwoWells{})).minimum);
  CHECK_FALSE(theory::shape_of(*erase_activation(Sine{})).minimum);
  const auto absolute = theory::shape_of(*erase_activation(Absolute{})).minimum;
  REQUIRE(absolute);
  CHECK(absolute->x == 0);
}

TEST_CASE("The largest slope and its place") {
  const ActivationShape sigmoid = theory::shape_of(*named("sigmoid"));
  CHECK(sigmoid.max_slope == .25);
  CHECK(sigmoid.max_slope_at == 0.);
  const ActivationShape tanh = theory::shape_of(*named("tanh"));
  CHECK(tanh.max_slope == 1);
  CHECK(tanh.max_slope_at == 0.);
  // Phi(x) + x phi(x) is largest where its slope (2 - x^2) phi(x) is 0.
  const ActivationShape gelu = theory::shape_of(*named("gelu"));
  CHECK(gelu.max_slope_at.value() == Approx(std::sqrt(2)).epsilon(1e-6));
  CHECK(gelu.max_slope == Approx(.5 * std::erfc(-1) + std::exp(-1) / std::sqrt(std::numbers::pi)));
  // Next to the kink, on the left: lambda alpha.
  const ActivationShape selu = theory::shape_of(*named("selu"));
  CHECK(selu.max_slope_at == 0.);
  CHECK(selu.max_slope == Approx(1.0507009873554805 * 1.6732632423543772));
  for (const char* name : {"relu", "identity", "hard_sigmoid"}) {
    CHECK_FALSE(theory::shape_of(*named(name)).max_slope_at);
  }
  CHECK_FALSE(theory::shape_of(*erase_activation(Sine{})).max_slope_at);
  CHECK_FALSE(theory::shape_of(*erase_activation(TwoWells{})).max_slope_at);
}

TEST_CASE("Kinks say what jumps") {
  const auto relu = theory::shape_of(*named("relu")).kinks;
  REQUIRE(relu.size() == 1);
  CHECK(relu[0].x == 0);
  CHECK(relu[0].value_jump == 0);
  CHECK(relu[0].slope_jump == 1);
  const auto elu = theory::shape_of(*named("elu")).kinks;
  REQUIRE(elu.size() == 1);
  CHECK(elu[0].slope_jump == 0);  // the second derivative alone
  const auto hard_swish = theory::shape_of(*named("hard_swish")).kinks;
  REQUIRE(hard_swish.size() == 2);
  CHECK(hard_swish[0].slope_jump == Approx(-.5));
  CHECK(hard_swish[1].slope_jump == Approx(-.5));
  const auto softplus = theory::shape_of(*named("softplus")).kinks;
  REQUIRE(softplus.size() == 1);
  CHECK(softplus[0].value_jump == Approx(-std::log1p(std::exp(-20))).epsilon(1e-5));
  CHECK(theory::shape_of(*named("tanh")).kinks.empty());
}

TEST_CASE("A unit can die where the slope is exactly 0, and not where it underflows") {
  struct Row {
    const char* name;
    std::optional<double> below, above;
  };
  for (const Row& row : {Row{"relu", 0, {}},
                         {"relu6", 0, 6},
                         {"hard_sigmoid", -3, 3},
                         {"hard_tanh", -1, 1},
                         {"hard_swish", -3, {}},
                         {"leaky_relu", {}, {}},
                         {"elu", {}, {}},
                         {"sigmoid", {}, {}},
                         {"tanh", {}, {}},
                         {"gelu", {}, {}},
                         {"softplus", {}, {}},
                         {"identity", {}, {}}}) {
    INFO(row.name);
    const ActivationShape shape = theory::shape_of(*named(row.name));
    CHECK(shape.dead_below == row.below);
    CHECK(shape.dead_above == row.above);
  }
  const auto no_left_side = make_activation({"prelu", {{"initial", 0.0}}});
  CHECK(theory::shape_of(*no_left_side).dead_below == 0.);
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  CHECK(theory::shape_of(*erase_activation(Nothing{})).dead_below == kInfinity);
}

TEST_CASE("Limits, also where the formula has none at infinity") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const ActivationShape tanh = theory::shape_of(*named("tanh"));
  CHECK(tanh.left.limit == -1);
  CHECK(tanh.right.limit == 1);
  const ActivationShape leaky = theory::shape_of(*named("leaky_relu"));
  CHECK(leaky.left.limit == -kInfinity);
  CHECK(leaky.left.slope == .01);
  CHECK(leaky.right.slope == 1);
  const ActivationShape gelu = theory::shape_of(*named("gelu"));
  CHECK(gelu.left.limit == 0);
  CHECK(gelu.right.limit == kInfinity);
  const ActivationShape rooted = theory::shape_of(*erase_activation(Rooted{}));
  CHECK(rooted.left.limit == Approx(-1).epsilon(1e-12));
  CHECK(rooted.right.limit == Approx(1).epsilon(1e-12));
  CHECK(std::isnan(theory::shape_of(*erase_activation(Sine{})).right.limit));
}

TEST_CASE("Which rise, which have one sign, which are centred", "[slow]") {
  for (const auto& activation : all_elementwise()) {
    const std::string& name = activation->name();
    INFO(name);
    const ActivationAnalysis analysis = theory::analyze(*activation);
    const bool dips = name == "gelu" || name == "silu" || name == "mish" || name == "hard_swish";
    CHECK(analysis.shape.monotony == (dips ? Monotony::neither : Monotony::increasing));
    CHECK(analysis.shape.nonnegative == activation->nonnegative());
    const bool odd = activation->value(-1.3) == -activation->value(1.3);
    CHECK(analysis.zero_centred() == (odd || name == "selu"));
    CHECK(analysis.gain.value() == Approx(forward_gain(*activation)).epsilon(1e-12));
    CHECK(analysis.value.x.size() == analysis.value.y.size());
    CHECK(analysis.choice == activation->choice());
    CHECK_FALSE(analysis.draws);
    CHECK(analysis.learns == (name == "prelu"));
    // With the gain the length 1 rests.
    CHECK(analysis.paths.at(3).back() == Approx(1).epsilon(name == "gelu" ? .1 : 1e-3));
  }
}

TEST_CASE("What deep nets do to signals") {
  using Absence = CriticalLinePoint::Absence;
  const ActivationAnalysis softplus = theory::analyze(*named("softplus"));
  for (const CriticalLinePoint& point : softplus.critical_line) {
    CHECK_FALSE(point.point);
    CHECK(point.absence == Absence::lengths_grow);
  }
  const ActivationAnalysis gelu = theory::analyze(*named("gelu"));
  CHECK_FALSE(gelu.critical_line.front().point);
  CHECK(gelu.critical_line.front().absence == Absence::lengths_shrink);
  CHECK(gelu.repels_without_bias);
  CHECK_FALSE(gelu.limit);
  REQUIRE(gelu.lengths.fixed_points.size() == 1);
  CHECK(gelu.lengths.fixed_points[0].length == Approx(1).epsilon(1e-9));
  CHECK(gelu.paths.front().back() < 1e-3);
  CHECK(gelu.paths.back().back() > 1e3);

  const ActivationAnalysis relu = theory::analyze(*named("relu"));
  CHECK_FALSE(relu.repels_without_bias);
  CHECK(relu.lengths.every);
  CHECK(relu.variances.weight == Approx(2).epsilon(1e-12));
  REQUIRE(relu.critical_line.front().point);
  CHECK(relu.critical_line.front().point->every_length);
  CHECK(relu.critical_line[1].absence == Absence::lengths_grow);

  const ActivationAnalysis tanh = theory::analyze(*named("tanh"), {.weight = 1, .bias = .05});
  REQUIRE(tanh.limit);
  CHECK(6 * theory::depth_scale(tanh.limit->susceptibility) == Approx(21.8).epsilon(.005));
  for (const CriticalLinePoint& point : tanh.critical_line) {
    REQUIRE(point.point);
    if (point.bias_variance == .05) {
      CHECK(std::abs(point.point->weight_variance - 1.76095) < 1e-5);
    }
  }
  const auto dying = theory::analyze(*named("tanh"), {.weight = .9});
  REQUIRE(dying.limit);
  CHECK(dying.limit->length == 0);
  CHECK(dying.limit->susceptibility == Approx(.9));
}

TEST_CASE("The recursion is drawn from V(q), and a path follows it") {
  const auto activation = named("tanh");
  const theory::Variances variances{1.5, .1};
  const ActivationAnalysis analysis = theory::analyze(*activation, variances);
  CHECK(analysis.recursion.y.front() == Approx(.1));
  for (std::size_t i = 0; i < analysis.recursion.x.size(); i += 17) {
    CHECK(analysis.recursion.y[i] ==
          theory::next_length(*activation, analysis.recursion.x[i], variances));
  }
  REQUIRE(analysis.limit);
  CHECK(analysis.recursion.x.back() > analysis.limit->length);
  for (const auto& path : analysis.paths) {
    CHECK(path[1] == theory::next_length(*activation, path[0], variances));
    CHECK(path.back() == Approx(analysis.limit->length).epsilon(1e-3));
  }
}

TEST_CASE("What is drawn or learned in training is said") {
  CHECK(theory::analyze(*make_activation({"gelu", {{"stochastic", true}}})).draws);
  CHECK_THROWS_AS(theory::analyze(*named("softmax")), UsageError);
  CHECK_THROWS_AS(theory::shape_of(*named("log_softmax")), UsageError);
}

TEST_CASE("Variances and thresholds out of range are refused") {
  const auto tanh = named("tanh");
  for (const theory::Variances& bad :
       {theory::Variances{0, 0}, {-1, 0}, {1, -1}, {std::nan(""), 0}, {1, INFINITY}}) {
    CHECK_THROWS_AS(theory::analyze(*tanh, bad), UsageError);
  }
  CHECK_THROWS_AS(theory::saturation(*tanh, 0), UsageError);
  CHECK_THROWS_AS(theory::saturation(*tanh, std::nan("")), UsageError);
}

TEST_CASE("An activation without any slope is analysed too") {
  const ActivationAnalysis nothing = theory::analyze(*erase_activation(Nothing{}));
  CHECK_FALSE(nothing.gain);
  CHECK(nothing.shape.monotony == Monotony::constant);
  CHECK(nothing.lengths.dies_out);
}
