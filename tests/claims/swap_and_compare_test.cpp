#include "core/math.hpp"
#include "tests/claims/claim_helpers.hpp"

using namespace clino;
using namespace clino::claims;

namespace {

/// Sigmoid whose slope lacks the factor (1 - y).
struct ComparedSigmoid {
  static constexpr std::string_view name = "sigmoid";
  static constexpr Needs needs = Needs::output;
  template <class V>
  V value(V x) const {
    return math::sigmoid(x);
  }
  template <class V>
  V slope(V /*x*/, V y) const {
    return y;
  }
};

/// ReLU that lets everything through.
struct ReluThatIsNone {
  static constexpr std::string_view name = "relu";
  static constexpr Needs needs = Needs::output;
  template <class V>
  V value(V x) const {
    return x;
  }
  template <class V>
  V slope(V /*x*/, V /*y*/) const {
    return V{1};
  }
};

}  // namespace

TEST_CASE("Swapped activations compare as they should", "[slow]") {
  check_holds("swap-and-compare");
}

TEST_CASE("In a comparison a sigmoid whose slope lacks (1 - y) is found out", "[slow]") {
  check_found_out("swap-and-compare", {.activation = planted<ComparedSigmoid>("sigmoid")});
}

TEST_CASE("In a comparison a ReLU that is none is found out", "[slow]") {
  check_found_out("swap-and-compare", {.activation = planted<ReluThatIsNone>("relu")});
}
