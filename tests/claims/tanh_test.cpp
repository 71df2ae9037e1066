#include "tests/claims/claim_helpers.hpp"
#include "tests/claims/wrong_activations.hpp"

using namespace clino;
using namespace clino::claims;

TEST_CASE("Tanh keeps its signals on the critical line", "[slow]") { check_holds("tanh"); }

TEST_CASE("A tanh whose slope is 1 - y is found out", "[slow]") {
  check_found_out("tanh", {.activation = planted<SteepTanh>("tanh")});
}

TEST_CASE("Weights that are a tenth too large are found out", "[slow]") {
  check_found_out("tanh", {.weight_factor = [](const Layer&) { return 1.1; }});
}
