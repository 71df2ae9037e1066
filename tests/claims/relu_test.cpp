#include "tests/claims/claim_helpers.hpp"
#include "tests/claims/wrong_activations.hpp"

using namespace clino;
using namespace clino::claims;

TEST_CASE("ReLU keeps gradients, and trains where sigmoid cannot", "[slow]") {
  check_holds("relu");
}

TEST_CASE("A ReLU that passes the gradient below 0 is found out") {
  check_found_out("relu", {.activation = planted<LeakingRelu>("relu")});
}
