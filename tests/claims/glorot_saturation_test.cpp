#include "core/math.hpp"
#include "tests/claims/claim_helpers.hpp"

using namespace clino;
using namespace clino::claims;

namespace {

/// Sigmoid, shifted so that it is 0 at 0.
struct CentredSigmoid {
  static constexpr std::string_view name = "sigmoid";
  static constexpr Needs needs = Needs::output;
  template <class V>
  V value(V x) const {
    return math::sigmoid(x) - V(.5);
  }
  template <class V>
  V slope(V /*x*/, V y) const {
    return (V(.5) + y) * (V(.5) - y);
  }
};

}  // namespace

TEST_CASE("The top layer of sigmoids saturates", "[slow]") { check_holds("glorot-saturation"); }

TEST_CASE("Zero-centred sigmoids do not saturate so", "[slow]") {
  check_found_out("glorot-saturation", {.activation = planted<CentredSigmoid>("sigmoid")});
}
