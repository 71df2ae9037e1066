#include <cmath>

#include "core/math.hpp"
#include "tests/claims/claim_helpers.hpp"

using namespace clino;
using namespace clino::claims;

namespace {

/// For the theory: the mean of this slope's square is that of the slope itself.
struct RootSlopeTanh {
  static constexpr std::string_view name = "tanh";
  static constexpr Needs needs = Needs::output;
  template <class V>
  V value(V x) const {
    return math::tanh(x);
  }
  template <class V>
  V slope(V /*x*/, V y) const {
    return std::sqrt(V{1} - y * y);
  }
};

}  // namespace

TEST_CASE("Trainable depths are as predicted", "[slow]") { check_holds("trainable-depth"); }

TEST_CASE("A theory of depths with E phi' in place of E phi'^2 is found out", "[slow]") {
  check_found_out("trainable-depth", {.theory_activation = planted<RootSlopeTanh>("tanh")});
}

TEST_CASE("Weights that are a tenth too large do not reach as far as predicted", "[slow]") {
  check_found_out("trainable-depth", {.weight_factor = [](const Layer&) { return 1.1; }});
}
