#include "statistics/sample.hpp"

#include <cmath>
#include <vector>

#include "tests/catch.hpp"

using namespace clino;
using namespace clino::statistics;

TEST_CASE("A sample's mean, deviation and median") {
  const std::vector<double> values = {4, 1, 2, 5};
  const Summary summary = summarize(values);
  CHECK(summary.n == 4);
  CHECK(summary.mean == 3);
  CHECK(summary.deviation == Approx(std::sqrt(10.0 / 3)));
  CHECK(summary.median == 3);
  CHECK(summary.minimum == 1);
  CHECK(summary.maximum == 5);
  REQUIRE(summary.interval);
  // t of 97.5 % with 3 degrees of freedom, from a table.
  CHECK(summary.interval->high - 3 == Approx(3.18244630528 * std::sqrt(10.0 / 3) / 2));
  CHECK(summary.interval->low + summary.interval->high == Approx(6));
}

TEST_CASE("On the scale of ratios a mean is geometric") {
  const std::vector<double> values = {1, 10, 100};
  const Summary summary = summarize(values, {.scale = Scale::ratio});
  CHECK(summary.mean == Approx(10));
  CHECK(summary.interval->low * summary.interval->high == Approx(100));
}

TEST_CASE("One value and none have no interval") {
  CHECK_FALSE(summarize(std::vector<double>{2}).interval);
  CHECK(summarize(std::vector<double>{2}).mean == 2);
  CHECK(std::isnan(summarize({}).mean));
  CHECK(summarize({}).n == 0);
}

TEST_CASE("Values that agree are known to their resolution only") {
  const std::vector<double> values = {3, 3, 3};
  const Summary exact = summarize(values), whole = summarize(values, {.resolution = 1});
  CHECK(exact.interval->high == 3);
  // t of 97.5 % with 2 degrees of freedom.
  CHECK(whole.interval->high - 3 == Approx(4.30265272991 * std::sqrt(1.0 / 12 / 3)));
  const Summary ratio = summarize(values, {.scale = Scale::ratio, .resolution = 1});
  CHECK(std::log(ratio.interval->high / 3) == Approx(4.30265272991 * std::sqrt(1.0 / 108 / 3)));
}

TEST_CASE("Overlapping training sets widen an interval") {
  const std::vector<double> values = {0.9, 0.92, 0.88, 0.91, 0.89};
  const double plain = summarize(values).interval->high - 0.9;
  const double folds = summarize(values, {.overlap = 0.25}).interval->high - 0.9;
  CHECK(folds / plain == Approx(std::sqrt((0.2 + 0.25) / 0.2)));
}
