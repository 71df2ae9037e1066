#include "claims/check.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "core/random.hpp"
#include "tests/catch.hpp"

using namespace clino;
using namespace clino::claims;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Verdict verdict_of_one(Checks& checks) {
  const std::vector<Check> all = checks.take();
  REQUIRE(all.size() == 1);
  return all.front().verdict;
}

std::vector<double> normals(std::size_t count, double mean, double deviation) {
  Random random(7, stream_id("checks"));
  std::vector<double> samples(count);
  for (double& x : samples) x = mean + deviation * random.normal();
  return samples;
}

Verdict verdict_of_mean(double predicted, double precision, double deviation) {
  Checks checks;
  checks.mean("a mean", {predicted, predicted}, normals(30, 1, deviation), precision);
  return verdict_of_one(checks);
}

}  // namespace

TEST_CASE("A mean holds, does not hold, or cannot be told") {
  CHECK(verdict_of_mean(1, .02, .01) == Verdict::holds);
  CHECK(verdict_of_mean(1.1, .02, .01) == Verdict::does_not_hold);
  // An interval that is wide proves nothing, even with the prediction in it.
  CHECK(verdict_of_mean(1, .02, 1) == Verdict::inconclusive);
  CHECK(verdict_of_mean(std::nan(""), .02, .01) == Verdict::does_not_hold);
}

TEST_CASE("What is not a number never holds") {
  Checks checks;
  checks.exact("exact", 0, std::nan(""), 1);
  checks.in_range("range", {0, kInfinity}, std::nan(""), "");
  checks.within("within", {0, 1}, .5, {std::nan(""), std::nan("")}, "");
  checks.estimate("estimate", {0, 1}, .5, {std::nan(""), 1}, 1, "");
  for (const Check& check : checks.take()) CHECK(check.verdict == Verdict::does_not_hold);
}

TEST_CASE("One side of a range has to hold all of the interval") {
  const auto verdict = [](Interval interval) {
    Checks checks;
    checks.within("w", {-kInfinity, 1}, 0, interval, "");
    return verdict_of_one(checks);
  };
  CHECK(verdict({.2, .9}) == Verdict::holds);
  CHECK(verdict({.2, 1.1}) == Verdict::inconclusive);
  CHECK(verdict({1.1, 1.2}) == Verdict::does_not_hold);
}

TEST_CASE("Shares have exact intervals") {
  Checks checks;
  checks.share("a", {.5, .5}, 500, 1000, .1);
  checks.share("b", {.7, .7}, 500, 1000, .1);
  checks.share("c", {.5, .5}, 5, 10, .1);
  const std::vector<Check> all = checks.take();
  CHECK(all[0].verdict == Verdict::holds);
  CHECK(all[1].verdict == Verdict::does_not_hold);
  CHECK(all[2].verdict == Verdict::inconclusive);
}

TEST_CASE("A right mean is refused no more often than stated") {
  // At 1 - 1e-5 none of 2,000 samples may be expected to fail: P of more than one is below 2e-4.
  Random random(3, stream_id("false alarms"));
  int refused = 0;
  for (int i = 0; i < 2000; ++i) {
    std::vector<double> samples(20);
    for (double& x : samples) x = random.normal();
    Checks checks;
    checks.mean("zero", {0, 0}, samples, 10);
    refused += verdict_of_one(checks) == Verdict::does_not_hold ? 1 : 0;
  }
  CHECK(refused <= 1);
}

TEST_CASE("A claim has no more drawn checks than its error rate allows for") {
  Checks checks;
  const auto draw = [&] { checks.share("s", {.5, .5}, 5, 10, 1); };
  for (std::size_t i = 0; i < kMostDrawn; ++i) draw();
  CHECK_THROWS(draw());
}

TEST_CASE("Verdicts of a claim") {
  const Check good{.verdict = Verdict::holds}, bad{.verdict = Verdict::does_not_hold}, open{};
  CHECK(verdict_of(std::vector{good, good}) == Verdict::holds);
  CHECK(verdict_of(std::vector{good, open}) == Verdict::inconclusive);
  CHECK(verdict_of(std::vector{open, bad, good}) == Verdict::does_not_hold);
  CHECK(verdict_of({}) == Verdict::inconclusive);
}

TEST_CASE("Ranges as text") {
  CHECK(range_text({.25, .25}) == "0.25");
  CHECK(range_text({.25, .5}) == "0.25 to 0.5");
  CHECK(range_text({-kInfinity, .5}) == "at most 0.5");
  CHECK(range_text({.25, kInfinity}) == "at least 0.25");
}
