#include "tests/claims/claim_helpers.hpp"

using namespace clino;
using namespace clino::claims;

namespace {

/// ReLU that lets a tenth of what is below 0 through: it never dies.
struct UndyingRelu {
  static constexpr std::string_view name = "relu";
  static constexpr Needs needs = Needs::input;
  template <class V>
  V value(V x) const {
    return x < V{0} ? V(.1) * x : x;
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    return x < V{0} ? V(.1) : V{1};
  }
};

}  // namespace

TEST_CASE("Deep and narrow nets collapse as often as reported", "[slow]") {
  check_holds("narrow-collapse");
}

TEST_CASE("Narrow nets of a ReLU that leaks do not collapse", "[slow]") {
  check_found_out("narrow-collapse", {.activation = planted<UndyingRelu>("relu")});
}
