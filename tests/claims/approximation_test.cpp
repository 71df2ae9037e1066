#include "tests/claims/claim_helpers.hpp"
#include "tests/claims/wrong_activations.hpp"

using namespace clino;
using namespace clino::claims;

TEST_CASE("With activations a net can follow any function", "[slow]") {
  check_holds("approximation");
}

TEST_CASE("A ReLU that is an identity is found out", "[slow]") {
  check_found_out(
      "approximation", {.activation = [](const Choice& choice) {
        return make_activation(choice.type == "relu" ? Choice{.type = "identity"} : choice);
      }});
}
