#include <cmath>

#include "core/math.hpp"
#include "tests/claims/claim_helpers.hpp"
#include "tests/claims/wrong_activations.hpp"

using namespace clino;
using namespace clino::claims;

namespace {

/// For the theory: the mean of this slope's square is that of the slope itself.
struct RootSlopeSigmoid {
  static constexpr std::string_view name = "sigmoid";
  static constexpr Needs needs = Needs::output;
  template <class V>
  V value(V x) const {
    return math::sigmoid(x);
  }
  template <class V>
  V slope(V /*x*/, V y) const {
    return std::sqrt(y * (V{1} - y));
  }
};

}  // namespace

TEST_CASE("Vanishing gradients are as predicted", "[slow]") { check_holds("vanishing"); }

TEST_CASE("Sigmoid's factor over 20 seeds at width 300 is within 2 % of .2360", "[slow]") {
  const Outcome outcome = claim("vanishing").run({.workers = 2});
  CHECK(std::abs(outcome.checks.front().measured / .2360 - 1) < .02);
}

TEST_CASE("A sigmoid whose slope lacks (1 - y) does not vanish as predicted", "[slow]") {
  check_found_out("vanishing", {.activation = planted<SteepSigmoid>("sigmoid")});
}

TEST_CASE("A theory with E phi' in place of E phi'^2 is found out", "[slow]") {
  check_found_out("vanishing", {.theory_activation = planted<RootSlopeSigmoid>("sigmoid")});
}
