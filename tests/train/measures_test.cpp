#include "train/measures.hpp"

#include <cmath>
#include <limits>

#include "tests/catch.hpp"
#include "tests/train/measure_helpers.hpp"

namespace clino::test {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST_CASE("the area under the curve is the share of pairs in the right order") {
  const std::size_t count = GENERATE(2, 3, 10, 200);
  std::vector<double> scores = draw(count, 1);
  std::vector<Index> classes = draw_classes(count, 3, 2);
  classes[0] = 0;
  classes[1] = 1;
  SECTION("all scores differ") {}
  SECTION("many scores are equal") {
    for (double& score : scores) score = std::round(score);
  }
  SECTION("some are infinite") {
    scores[0] = std::numeric_limits<double>::infinity();
    scores[1] = -scores[0];
  }
  for (const Index positive : {Index{0}, Index{1}}) {
    const double expected = area_by_pairs(scores, classes, positive);
    const auto found = area_under_curve(scores, classes, positive);
    REQUIRE(found.has_value());
    CHECK(std::abs(*found - expected) < 1e-12);
  }
}

TEST_CASE("the area under the curve at its special points") {
  const std::vector<Index> classes{0, 0, 1, 1, 1};
  const auto area = [&](const std::vector<double>& scores, Index positive = 1) {
    return area_under_curve(scores, classes, positive);
  };
  CHECK(area({1, 2, 3, 4, 5}) == 1.0);
  CHECK(area({5, 4, 3, 2, 1}) == 0.0);
  CHECK(area({7, 7, 7, 7, 7}) == 0.5);
  CHECK_FALSE(area({1, 2, 3, 4, 5}, 2).has_value());
  CHECK_FALSE(area({1, 2, 3, kNan, 5}).has_value());
  CHECK_FALSE(area_under_curve({}, {}, 0).has_value());
}

TEST_CASE("recall and precision read rows and columns of the confusion matrix") {
  ConfusionMatrix confusion(3);
  for (int i = 0; i < 3; ++i) confusion.add(0, 0);
  confusion.add(0, 1);
  confusion.add(1, 0);
  CHECK(confusion(0, 0) == 3);
  CHECK(confusion(0, 1) == 1);
  CHECK(confusion(1, 0) == 1);
  CHECK(confusion.samples(0) == 4);
  CHECK(confusion.taken_for(0) == 4);
  CHECK(confusion.recall(0) == 0.75);
  CHECK(confusion.recall(1) == 0.0);
  CHECK(confusion.precision(0) == 0.75);
  CHECK(confusion.precision(1) == 0.0);
  CHECK_FALSE(confusion.recall(2).has_value());
  CHECK_FALSE(confusion.precision(2).has_value());
}

TEST_CASE("errors of numbers agree with two passes, far from zero too") {
  const double offset = GENERATE(0.0, 1e8);
  const std::vector<double> targets = draw(500, 3), noise = draw(500, 4);
  ErrorSums sums;
  long double absolute = 0, squared = 0, mean = 0, variation = 0;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const double target = offset + targets[i], prediction = target + noise[i];
    sums.add(prediction, target);
    const long double error = static_cast<long double>(prediction) - target;
    absolute += std::abs(error) / 500;
    squared += error * error;
    mean += static_cast<long double>(target) / 500;
  }
  for (const double target : targets) {
    variation += (offset + target - mean) * (offset + target - mean);
  }
  const OutputErrors errors = sums.errors();
  CHECK(errors.mae == Approx(static_cast<double>(absolute)).epsilon(1e-12));
  CHECK(errors.rmse == Approx(static_cast<double>(std::sqrt(squared / 500))).epsilon(1e-12));
  REQUIRE(errors.r2.has_value());
  // The running mean is rounded at the size of the offset (Chan, Golub and LeVeque 1983).
  const double tolerance = 1e-12 + 1e-15 * offset;
  CHECK(*errors.r2 == Approx(static_cast<double>(1 - squared / variation)).epsilon(tolerance));
}

TEST_CASE("R2 is 1 for the truth, 0 for the mean, and nothing for constant targets") {
  ErrorSums truth, mean, constant;
  for (const double target : {1.0, 2.0, 3.0}) {
    truth.add(target, target);
    mean.add(2, target);
    constant.add(target, 5);
  }
  CHECK(truth.errors().r2 == 1.0);
  CHECK(truth.errors().rmse == 0);
  CHECK(mean.errors().r2 == 0.0);
  CHECK_FALSE(constant.errors().r2.has_value());
}

}  // namespace
}  // namespace clino::test
