#include "tests/claims/claim_helpers.hpp"

using namespace clino;
using namespace clino::claims;

namespace {

/// Identity with a slope of .9.
struct SlackIdentity {
  static constexpr std::string_view name = "identity";
  static constexpr Needs needs = Needs::output;
  template <class V>
  V value(V x) const {
    return x;
  }
  template <class V>
  V slope(V /*x*/, V /*y*/) const {
    return V(.9);
  }
};

}  // namespace

TEST_CASE("A linear net learns each mode when it should") { check_holds("linear-dynamics"); }

TEST_CASE("An identity with a slope of .9 is found out") {
  check_found_out("linear-dynamics", {.activation = planted<SlackIdentity>("identity")});
}
