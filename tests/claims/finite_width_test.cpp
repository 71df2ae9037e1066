#include "tests/claims/claim_helpers.hpp"

using namespace clino;
using namespace clino::claims;

namespace {

/// ReLU that lets a part of what is below 0 through.
struct BentRelu {
  static constexpr std::string_view name = "relu";
  static constexpr Needs needs = Needs::input;
  template <class V>
  V value(V x) const {
    return x < V{0} ? V(.3) * x : x;
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    return x < V{0} ? V(.3) : V{1};
  }
};

}  // namespace

TEST_CASE("Nets of finite width scatter as predicted", "[slow]") { check_holds("finite-width"); }

TEST_CASE("He's rule by fan_out does not keep the mean of narrowing nets", "[slow]") {
  check_found_out(
      "finite-width", {.weight_factor = [](const Layer& layer) {
        return std::sqrt(static_cast<double>(layer.inputs) / static_cast<double>(layer.outputs));
      }});
}

TEST_CASE("A ReLU that leaks does not scatter as predicted", "[slow]") {
  check_found_out("finite-width", {.activation = planted<BentRelu>("relu")});
}
