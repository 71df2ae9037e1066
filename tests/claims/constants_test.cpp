#include "core/math.hpp"
#include "layers/activations/elu.hpp"
#include "tests/claims/claim_helpers.hpp"

using namespace clino;
using namespace clino::claims;

namespace {

/// ELU that ends at -.9 in place of -1.
struct ShallowElu : Elu {
  ShallowElu() : Elu{.alpha = .9} {}
};

/// SELU without its factor lambda.
struct UnscaledSelu {
  static constexpr std::string_view name = "selu";
  static constexpr Needs needs = Needs::input;
  template <class V>
  V value(V x) const {
    return x > V{0} ? x : static_cast<V>(Selu::kAlpha) * math::expm1(x);
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    return x > V{0} ? V{1} : static_cast<V>(Selu::kAlpha) * math::exp(x);
  }
};

}  // namespace

TEST_CASE("The constants of activations are as predicted", "[slow]") { check_holds("constants"); }

TEST_CASE("An ELU with alpha .9 has other constants", "[slow]") {
  check_found_out("constants", {.activation = planted<ShallowElu>("elu")});
}

TEST_CASE("A SELU without lambda has other constants", "[slow]") {
  check_found_out("constants", {.activation = planted<UnscaledSelu>("selu")});
}

TEST_CASE("A theory that takes SELU for ELU is found out", "[slow]") {
  check_found_out("constants", {.theory_activation = planted<UnscaledSelu>("selu")});
}
