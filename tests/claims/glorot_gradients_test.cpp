#include "core/math.hpp"
#include "tests/claims/claim_helpers.hpp"

using namespace clino;
using namespace clino::claims;

namespace {

/// Tanh with the slope 1 - y in place of 1 - y^2.
struct LopsidedTanh {
  static constexpr std::string_view name = "tanh";
  static constexpr Needs needs = Needs::output;
  template <class V>
  V value(V x) const {
    return math::tanh(x);
  }
  template <class V>
  V slope(V /*x*/, V y) const {
    return V{1} - y;
  }
};

}  // namespace

TEST_CASE("Deltas shrink while weight gradients stay, as predicted", "[slow]") {
  check_holds("glorot-gradients");
}

TEST_CASE("A tanh with the slope 1 - y is found out") {
  check_found_out("glorot-gradients", {.activation = planted<LopsidedTanh>("tanh")});
}

TEST_CASE("Standard weights twice as large are found out") {
  check_found_out("glorot-gradients", {.weight_factor = [](const Layer&) { return 2.0; }});
}
