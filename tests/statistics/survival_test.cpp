#include "statistics/survival.hpp"

#include <algorithm>
#include <vector>

#include "tests/catch.hpp"

using namespace clino;
using namespace clino::statistics;

TEST_CASE("Without censoring the restricted mean is that of cut off times") {
  const std::vector<double> times = {2, 3, 3, 5, 12, 9};
  std::vector<Observation> observations;
  std::vector<double> cut;
  for (const double time : times) {
    observations.push_back({time, true});
    cut.push_back(std::min(time, 8.0));
  }
  const Survival survival = kaplan_meier(observations, 8);
  const Summary direct = summarize(cut);
  CHECK(survival.restricted_mean == Approx(direct.mean));
  REQUIRE(survival.restricted_mean_interval);
  CHECK(survival.restricted_mean_interval->low == Approx(direct.interval->low));
  CHECK(survival.restricted_mean_interval->high == Approx(direct.interval->high));
  CHECK(survival.median == 3);
}

TEST_CASE("Whoever never meets the event counts with the whole time") {
  std::vector<Observation> observations(4, {100, false});
  observations.push_back({10, true});
  const Survival survival = kaplan_meier(observations, 100);
  CHECK_FALSE(survival.median);
  CHECK(survival.restricted_mean == Approx((4 * 100 + 10) / 5.0));
  CHECK(survival.steps.size() == 2);
  CHECK(survival.steps[1].surviving == Approx(0.8));
}

TEST_CASE("Censoring moves the curve for those that are still watched") {
  // By hand: 1 of 4 at 1, one leaves at 2, 1 of 2 at 3, 1 of 1 at 4.
  const std::vector<Observation> observations = {{1, true}, {2, false}, {3, true}, {4, true}};
  const Survival survival = kaplan_meier(observations, 4);
  REQUIRE(survival.steps.size() == 4);
  CHECK(survival.steps[1].surviving == Approx(0.75));
  CHECK(survival.steps[2].surviving == Approx(0.375));
  CHECK(survival.steps[3].surviving == Approx(0).margin(1e-15));
  CHECK(survival.restricted_mean == Approx(1 + 2 * 0.75 + 0.375));
  CHECK(survival.median == 3);
}

TEST_CASE("Half of the runs are there when half of them are, whatever ties do to the product") {
  // 1 - 1/10, 1 - 1/9...: in floating point the product of five such factors need not be 1/2.
  const std::vector<std::vector<double>> times = {{25, 25, 26, 26, 28, 30, 30, 32, 36, 38},
                                                  {1, 2, 3, 4, 5, 6, 7, 8, 9, 10},
                                                  {1, 1, 1, 4, 5, 6, 7, 8, 9, 10}};
  const std::vector<double> fifth = {28, 5, 5};
  for (std::size_t i = 0; i < times.size(); ++i) {
    std::vector<Observation> observations;
    for (const double time : times[i]) observations.push_back({time, true});
    CHECK(kaplan_meier(observations, 100).median == fifth[i]);
  }
}

TEST_CASE("Ties count the event first") {
  const std::vector<Observation> observations = {{5, false}, {5, true}};
  CHECK(kaplan_meier(observations, 10).steps[1].surviving == 0.5);
}

TEST_CASE("No observation and one") {
  CHECK(kaplan_meier({}, 10).restricted_mean == 10);
  const Survival one = kaplan_meier(std::vector<Observation>{{4, true}}, 10);
  CHECK(one.restricted_mean == 4);
  CHECK(one.median == 4);
  CHECK_FALSE(one.restricted_mean_interval);
}
