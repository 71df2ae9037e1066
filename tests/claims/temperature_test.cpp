#include "claims/net.hpp"
#include "tests/claims/claim_helpers.hpp"

using namespace clino;
using namespace clino::claims;

namespace {

/// Times T in place of divided by it.
std::vector<double> multiplied(std::span<const double> logits, double temperature) {
  return softmax({.dtype = DType::float64}, logits, 1 / temperature);
}

/// Without any temperature.
std::vector<double> lukewarm(std::span<const double> logits, double /*temperature*/) {
  return softmax({.dtype = DType::float64}, logits, 1);
}

}  // namespace

TEST_CASE("Temperature evens shares out, calibrates and teaches", "[slow]") {
  check_holds("temperature");
}

TEST_CASE("A temperature that multiplies is found out", "[slow]") {
  check_found_out("temperature", {.softmax = multiplied});
}

TEST_CASE("A temperature that does nothing is found out", "[slow]") {
  check_found_out("temperature", {.softmax = lukewarm});
}
