#include "core/math.hpp"
#include "layers/activations/elu.hpp"
#include "tests/claims/claim_helpers.hpp"

using namespace clino;
using namespace clino::claims;

namespace {

/// ELU whose slope below 0 is lost.
struct FlatElu : Elu {
  template <class V>
  V slope(V x, V /*y*/) const {
    return x > V{0} ? V{1} : V{0};
  }
};

}  // namespace

TEST_CASE("ELU's units come back", "[slow]") { check_holds("elu-revival"); }

TEST_CASE("An ELU without a slope below 0 does not bring units back", "[slow]") {
  check_found_out("elu-revival", {.activation = planted<FlatElu>("elu")});
}
