#include "tests/claims/claim_helpers.hpp"

using namespace clino;
using namespace clino::claims;

namespace {

/// ReLU whose slope below 0 is not 0.
struct HalfOpenRelu {
  static constexpr std::string_view name = "relu";
  static constexpr Needs needs = Needs::input;
  template <class V>
  V value(V x) const {
    return x < V{0} ? V{0} : x;
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    return x > V{0} ? V{1} : V(.5);
  }
};

}  // namespace

TEST_CASE("Jacobians spread as predicted", "[slow]") { check_holds("jacobian-spectrum"); }

TEST_CASE("Orthogonal weights of another scale are found out", "[slow]") {
  check_found_out("jacobian-spectrum", {.weight_factor = [](const Layer& layer) {
                    return layer.init && layer.init->type == "orthogonal" ? .999 : 1.0;
                  }});
}

TEST_CASE("A ReLU with a slope below 0 does not spread as predicted", "[slow]") {
  check_found_out("jacobian-spectrum", {.activation = planted<HalfOpenRelu>("relu")});
}
