#include "core/math.hpp"
#include "tests/claims/claim_helpers.hpp"

using namespace clino;
using namespace clino::claims;

namespace {

/// x sigmoid(1.702 x) in place of x Phi(x).
struct SigmoidGelu {
  static constexpr std::string_view name = "gelu";
  static constexpr Needs needs = Needs::input;
  template <class V>
  V value(V x) const {
    return x * math::sigmoid(static_cast<V>(1.702) * x);
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    const V s = math::sigmoid(static_cast<V>(1.702) * x);
    return s + static_cast<V>(1.702) * x * s * (V{1} - s);
  }
};

/// The approximation where the exact form is asked for, everything else as it should be.
std::shared_ptr<const Activation> approximate(const Choice& choice) {
  if (choice.type == "gelu" && choice.options.empty()) {
    return erase_activation(SigmoidGelu{}, choice);
  }
  return make_activation(choice);
}

/// A gate that never shuts by chance.
std::shared_ptr<const Activation> without_chance(const Choice& choice) {
  return make_activation(choice.type == "gelu" ? Choice{.type = "gelu"} : choice);
}

}  // namespace

TEST_CASE("GELU is the mean of its gate", "[slow]") { check_holds("gelu-gate"); }

TEST_CASE("x sigmoid(1.702 x) is not GELU", "[slow]") {
  check_found_out("gelu-gate", {.activation = approximate});
}

TEST_CASE("A gate without chance is no gate", "[slow]") {
  check_found_out("gelu-gate", {.activation = without_chance});
}
