#include <cmath>

#include "tests/claims/claim_helpers.hpp"

using namespace clino;
using namespace clino::claims;

TEST_CASE("He's weights keep a signal and Glorot's halve it", "[slow]") { check_holds("he-init"); }

TEST_CASE("He's rule by fan_out does not keep it", "[slow]") {
  check_found_out(
      "he-init", {.weight_factor = [](const Layer& layer) {
        if (!layer.init || layer.init->type != "he_normal") return 1.0;
        return std::sqrt(static_cast<double>(layer.inputs) / static_cast<double>(layer.outputs));
      }});
}
