// Values against SciPy's: make_golden.py.

#include <cmath>

#include "statistics/contrast.hpp"
#include "statistics/survival.hpp"
#include "tests/catch.hpp"
#include "tests/golden.hpp"

using namespace clino;
using namespace clino::statistics;

namespace {

Design design_of(const test::GoldenCase& golden) {
  return golden.choice.get<bool>("paired") ? Design::paired : Design::independent;
}

}  // namespace

TEST_CASE("Contrasts have the estimate, interval and p value of the reference") {
  const auto cases = test::read_golden("statistics/contrasts.golden");
  REQUIRE(cases.size() == 16);
  for (const test::GoldenCase& golden : cases) {
    INFO(golden.title);
    const bool ratio = golden.choice.get<bool>("ratio");
    const Contrast result =
        contrast(golden.rows[0], golden.rows[1], design_of(golden),
                 {.scale = ratio ? Scale::ratio : Scale::difference, .confidence = 0.9});
    const std::vector<double>& expected = golden.rows[2];
    REQUIRE(result.interval);
    const auto near = [](double x) { return Approx(x).epsilon(1e-9); };
    CHECK(result.estimate == near(expected[0]));
    CHECK(result.interval->low == near(expected[1]));
    CHECK(result.interval->high == near(expected[2]));
    CHECK(result.p_value == near(expected[3]));
    CHECK(result.n == static_cast<Index>(golden.rows[0].size()));
  }
}

TEST_CASE("Power is that of the reference") {
  const auto cases = test::read_golden("statistics/power.golden");
  REQUIRE(cases.size() == 8);
  for (const test::GoldenCase& golden : cases) {
    INFO(golden.title);
    const std::vector<double>& row = golden.rows[0];
    CHECK(power(row[0], static_cast<Index>(row[1]), design_of(golden), row[2]) ==
          Approx(row[3]).epsilon(1e-8));
  }
}

TEST_CASE("Survival curves are those of the reference") {
  const auto cases = test::read_golden("statistics/survival.golden");
  REQUIRE(cases.size() == 3);
  for (const test::GoldenCase& golden : cases) {
    std::vector<Observation> observations;
    for (std::size_t i = 0; i < golden.rows[0].size(); ++i) {
      observations.push_back({golden.rows[0][i], golden.rows[1][i] == 1});
    }
    const Survival survival = kaplan_meier(observations, 40);
    const std::vector<double>& times = golden.rows[2];
    REQUIRE(survival.steps.size() == times.size() + 1);
    for (std::size_t i = 0; i < times.size(); ++i) {
      CHECK(survival.steps[i + 1].time == times[i]);
      CHECK(survival.steps[i + 1].surviving == Approx(golden.rows[3][i]).margin(1e-12));
    }
  }
}
