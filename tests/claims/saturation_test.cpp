#include "tests/claims/claim_helpers.hpp"
#include "tests/claims/wrong_activations.hpp"

using namespace clino;
using namespace clino::claims;

TEST_CASE("Sigmoid and tanh saturate as predicted, ReLU does not") { check_holds("saturation"); }

TEST_CASE("A sigmoid whose slope lacks (1 - y) does not saturate as predicted") {
  check_found_out("saturation", {.activation = planted<SteepSigmoid>("sigmoid")});
}

TEST_CASE("Tanh in place of sigmoid does not saturate as predicted") {
  check_found_out(
      "saturation", {.activation = [](const Choice& choice) {
        return make_activation(choice.type == "sigmoid" ? Choice{.type = "tanh"} : choice);
      }});
}
