#include "tests/claims/claim_helpers.hpp"
#include "tests/claims/wrong_activations.hpp"

using namespace clino;
using namespace clino::claims;

TEST_CASE("Without activations depth is nothing", "[slow]") { check_holds("linear-depth"); }

TEST_CASE("An identity that is .9 x below 0 is found out") {
  check_found_out("linear-depth", {.activation = planted<BentIdentity>("identity")});
}

TEST_CASE("An identity in place of tanh is found out") {
  check_found_out(
      "linear-depth", {.activation = [](const Choice& choice) {
        return make_activation(choice.type == "tanh" ? Choice{.type = "identity"} : choice);
      }});
}
