#include <cmath>

#include "tests/claims/claim_helpers.hpp"

using namespace clino;
using namespace clino::claims;

namespace {

/// As the formula is written: the largest logit is not taken off first.
std::vector<double> as_written(std::span<const double> logits, double temperature) {
  std::vector<double> shares;
  double sum = 0;
  for (const double logit : logits) {
    shares.push_back(std::exp(logit / temperature));
    sum += shares.back();
  }
  for (double& share : shares) share /= sum;
  return shares;
}

}  // namespace

TEST_CASE("Softmax makes shares of any numbers") { check_holds("softmax"); }

TEST_CASE("A softmax that does not shift its logits is found out") {
  check_found_out("softmax", {.softmax = as_written});
}
