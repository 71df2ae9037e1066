#include "core/math.hpp"
#include "layers/activations/selu.hpp"
#include "tests/claims/claim_helpers.hpp"

using namespace clino;
using namespace clino::claims;

namespace {

/// SELU with alpha = 1.
struct FlatSelu {
  static constexpr std::string_view name = "selu";
  static constexpr Needs needs = Needs::input;
  template <class V>
  V value(V x) const {
    return static_cast<V>(Selu::kLambda) * (x > V{0} ? x : math::expm1(x));
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    return static_cast<V>(Selu::kLambda) * (x > V{0} ? V{1} : math::exp(x));
  }
};

/// SELU whose slope below 0 lacks alpha.
struct GentleSelu {
  static constexpr std::string_view name = "selu";
  static constexpr Needs needs = Needs::input;
  template <class V>
  V value(V x) const {
    return Selu{}.value(x);
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    return x > V{0} ? static_cast<V>(Selu::kLambda) : static_cast<V>(Selu::kLambda) * math::exp(x);
  }
};

}  // namespace

TEST_CASE("SELU returns to its fixed point", "[slow]") { check_holds("selu-fixed-point"); }

TEST_CASE("SELU with alpha 1 does not", "[slow]") {
  check_found_out("selu-fixed-point", {.activation = planted<FlatSelu>("selu")});
}

TEST_CASE("A theory of SELU with alpha 1 is found out", "[slow]") {
  check_found_out("selu-fixed-point", {.theory_activation = planted<FlatSelu>("selu")});
}

TEST_CASE("SELU with a slope that lacks alpha is found out", "[slow]") {
  check_found_out("selu-fixed-point", {.activation = planted<GentleSelu>("selu")});
}
