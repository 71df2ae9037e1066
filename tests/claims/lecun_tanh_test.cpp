#include "core/math.hpp"
#include "tests/claims/claim_helpers.hpp"

using namespace clino;
using namespace clino::claims;

namespace {

/// LeCun's tanh without the 2/3.
struct SteepLeCunTanh {
  static constexpr std::string_view name = "lecun_tanh";
  static constexpr Needs needs = Needs::output;
  template <class V>
  V value(V x) const {
    return V(1.7159) * math::tanh(x);
  }
  template <class V>
  V slope(V /*x*/, V y) const {
    return V(1.7159) - y * y / V(1.7159);
  }
};

}  // namespace

TEST_CASE("LeCun's tanh takes 1 to 1, and means slow learning down") { check_holds("lecun-tanh"); }

TEST_CASE("LeCun's tanh without the 2/3 is found out") {
  check_found_out("lecun-tanh", {.activation = planted<SteepLeCunTanh>("lecun_tanh")});
}
