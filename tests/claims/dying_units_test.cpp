#include "tests/claims/claim_helpers.hpp"

using namespace clino;
using namespace clino::claims;

namespace {

/// ReLU that passes a tenth of the gradient where its value is 0.
struct RevivingRelu {
  static constexpr std::string_view name = "relu";
  static constexpr Needs needs = Needs::output;
  template <class V>
  V value(V x) const {
    return x < V{0} ? V{0} : x;
  }
  template <class V>
  V slope(V /*x*/, V y) const {
    return y > V{0} ? V{1} : static_cast<V>(.1);
  }
};

/// For the theory: with |x| two orthogonal inputs grow alike much faster.
struct FoldingRelu {
  static constexpr std::string_view name = "relu";
  static constexpr Needs needs = Needs::input;
  static std::vector<double> kinks() { return {0}; }
  template <class V>
  V value(V x) const {
    return x < V{0} ? -x : x;
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    return x < V{0} ? V{-1} : V{1};
  }
};

}  // namespace

TEST_CASE("ReLU units die as predicted, and stay dead", "[slow]") { check_holds("dying-units"); }

TEST_CASE("A ReLU that passes gradient below 0 brings dead units back", "[slow]") {
  check_found_out("dying-units", {.activation = planted<RevivingRelu>("relu")});
}

TEST_CASE("A theory of another correlation map is found out", "[slow]") {
  check_found_out("dying-units", {.theory_activation = planted<FoldingRelu>("relu")});
}
