#include "tests/claims/claim_helpers.hpp"

using namespace clino;
using namespace clino::claims;

// Quotients of processor times that take turns, four to forty where 1.5 is asked for: no clock is
// held to a figure.
TEST_CASE("An exponential costs time", "[slow]") { check_holds("cost"); }

TEST_CASE("A sigmoid that is a ReLU does not cost what it should", "[slow]") {
  check_found_out(
      "cost", {.activation = [](const Choice& choice) {
        return make_activation(choice.type == "sigmoid" ? Choice{.type = "relu"} : choice);
      }});
}
