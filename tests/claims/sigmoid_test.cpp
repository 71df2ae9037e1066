#include "tests/claims/claim_helpers.hpp"
#include "tests/claims/wrong_activations.hpp"

using namespace clino;
using namespace clino::claims;

TEST_CASE("Sigmoid is what is said of it", "[slow]") { check_holds("sigmoid"); }

TEST_CASE("A sigmoid whose slope lacks (1 - y) is found out", "[slow]") {
  check_found_out("sigmoid", {.activation = planted<SteepSigmoid>("sigmoid")});
}

TEST_CASE("Tanh in place of sigmoid is found out", "[slow]") {
  check_found_out(
      "sigmoid", {.activation = [](const Choice& choice) {
        return make_activation(choice.type == "sigmoid" ? Choice{.type = "tanh"} : choice);
      }});
}
