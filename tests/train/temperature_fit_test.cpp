#include "train/temperature_fit.hpp"

#include <limits>

#include "core/errors.hpp"
#include "tests/catch.hpp"
#include "tests/golden.hpp"
#include "tests/train/calibration_helpers.hpp"
#include "train/calibration.hpp"

namespace clino::test {
namespace {

TEST_CASE("temperature and figures are those of SciPy") {
  const std::vector<GoldenCase> cases = read_golden("train/calibration.golden");
  REQUIRE(cases.size() == 3);
  for (const GoldenCase& golden : cases) {
    INFO(golden.title);
    ClassScores samples;
    for (std::size_t i = 1; i < golden.rows.size(); ++i) {
      const std::vector<double>& row = golden.rows[i];
      samples.classes = static_cast<Index>(row.size()) - 1;
      samples.labels.push_back(static_cast<Index>(row[0]));
      samples.scores.insert(samples.scores.end(), row.begin() + 1, row.end());
    }
    const std::vector<double>& expected = golden.rows[0];
    const TemperatureFit fit = fit_temperature(samples);
    REQUIRE(fit.found());
    // SciPy's root is good to its last digits, and so are sums over 80 samples: what is left is
    // the rounding of a mean, some 1e-16, divided by the curvature.
    CHECK(fit.temperature == Approx(expected[0]).epsilon(1e-13));
    CHECK(fit.log_error == Approx(expected[1]).epsilon(1e-13));
    const Reliability before = reliability(samples, 1);
    const Reliability after = reliability(samples, fit.temperature);
    const double found[] = {before.nll, after.nll,    before.ece,
                            after.ece,  before.brier, after.brier};
    for (std::size_t k = 0; k < 6; ++k) CHECK(found[k] == Approx(expected[k + 2]).epsilon(1e-12));
  }
}

TEST_CASE("a search over a grid finds no better temperature") {
  for (const double factor : {0.2, 1.0, 5.0}) {
    const ClassScores samples = drawn_scores(300, 4, factor, 7);
    double low = -6, high = 6, best = 0;  // of ln T
    // 200 steps a time, until they are finer than 1e-7. At 1e-6 from the best one the likelihood
    // differs by .5 (1e-6)^2 x curvature, 1e-14 or more: above its rounding.
    while (high - low > 2e-7) {
      double lowest = std::numeric_limits<double>::infinity();
      for (int k = 0; k <= 200; ++k) {
        const double at = low + (high - low) * k / 200;
        const double value = mean_nll(samples, std::exp(at));
        if (value < lowest) lowest = value, best = at;
      }
      const double step = (high - low) / 200;
      low = best - step;
      high = best + step;
    }
    CHECK(std::abs(std::log(fit_temperature(samples).temperature) - best) < 1e-6);
  }
}

TEST_CASE("the factor between scores and the truth is recovered") {
  for (const double factor : {0.3, 1.0, 4.0}) {
    for (const Index classes : {2, 3, 10}) {
      const TemperatureFit fit = fit_temperature(drawn_scores(4000, classes, factor, 11));
      INFO(factor << " " << classes);
      REQUIRE(fit.found());
      CHECK(std::abs(std::log(fit.temperature / factor)) < 4 * fit.log_error);
      CHECK(fit.log_error < 0.05);
      CHECK(std::log(fit.high / fit.low) == Approx(2 * 1.959964 * fit.log_error).epsilon(1e-6));
    }
  }
}

TEST_CASE("the interval covers the truth as often as it says") {
  // Of 400 intervals 380 are expected to, with a standard deviation of sqrt(400 x .95 x .05) = 4.4.
  int covered = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const TemperatureFit fit = fit_temperature(drawn_scores(150, 3, 2, seed));
    if (fit.low < 2 && 2 < fit.high) ++covered;
  }
  CHECK(covered > 380 - 18);
  CHECK(covered < 380 + 18);
}

TEST_CASE("one gap for all samples has a temperature in closed form, however wide it is") {
  // All say class 1 with the probability s(g / T), and a share a is of it: the likelihood is
  // largest where s = a, T = g / ln(a / (1 - a)), and n d^2/d(ln T)^2 NLL is n a (1 - a) (g / T)^2.
  const double log_odds = std::log(9);
  for (const double gap : {1e-300, 1e-9, 0.5, 1.0, 300.0, 600.0, 1e9, 1e300}) {
    INFO(gap);
    const TemperatureFit fit = fit_temperature(one_gap(50, 45, gap));
    REQUIRE(fit.found());
    CHECK(fit.temperature / gap == Approx(1 / log_odds).epsilon(1e-14));
    CHECK(fit.log_error == Approx(1 / (log_odds * std::sqrt(50 * 0.09))).epsilon(1e-13));
  }
  // One of a hundred thousand is wrong.
  CHECK(fit_temperature(one_gap(100000, 99999, 30)).temperature ==
        Approx(30 / std::log(99999)).epsilon(1e-9));
}

TEST_CASE("scores and temperature scale together, and a shift changes nothing") {
  const ClassScores samples = drawn_scores(200, 5, 1, 3);
  const TemperatureFit fit = fit_temperature(samples);
  for (const double scale : {1e-200, 1e-3, 3.0, 1e200}) {
    ClassScores scaled = samples;
    for (double& s : scaled.scores) s *= scale;
    const TemperatureFit found = fit_temperature(scaled);
    CHECK(found.temperature / scale == Approx(fit.temperature).epsilon(1e-13));
    CHECK(found.log_error == Approx(fit.log_error).epsilon(1e-12));
  }
  ClassScores shifted = samples;
  for (double& s : shifted.scores) s += 1024;  // costs ten bits of the scores
  CHECK(fit_temperature(shifted).temperature == Approx(fit.temperature).epsilon(1e-10));
}

TEST_CASE("where no temperature is best, that is said and no number given") {
  const auto outcome = [](const ClassScores& samples) {
    const TemperatureFit fit = fit_temperature(samples);
    CHECK(fit.temperature == 1);
    CHECK(to_text(fit.outcome).empty() == fit.found());
    return fit.outcome;
  };
  using enum TemperatureOutcome;
  CHECK(outcome(one_gap(20, 20, 2)) == zero);
  CHECK(outcome(one_gap(1, 1, 2)) == zero);
  CHECK(outcome(one_gap(20, 20, 1e-300)) == zero);
  // A tie at the top: the true class is never below another one.
  CHECK(outcome({.classes = 3, .scores = {1, 1, 0, 5, 2, 2}, .labels = {1, 0}}) == zero);
  CHECK(outcome(one_gap(20, 0, 2)) == infinite);
  CHECK(outcome(one_gap(1, 0, 2)) == infinite);
  CHECK(outcome(one_gap(20, 9, 2)) == infinite);
  // Exactly as good as chance: the slope at beta = 0 is 0, and so it is after rounding.
  CHECK(outcome(one_gap(20, 10, 2)) == infinite);
  CHECK(outcome(one_gap(20, 10, 0.1)) == infinite);
  CHECK(outcome(
            {.classes = 3, .scores = {.1, .7, .3, .1, .7, .3, .1, .7, .3}, .labels = {0, 1, 2}}) ==
        infinite);
  CHECK(outcome(one_gap(20, 10, 0)) == any);
  // One sample more than chance, or one short of perfect, is enough.
  CHECK(fit_temperature(one_gap(21, 11, 2)).found());
  CHECK(fit_temperature(one_gap(20, 19, 2)).found());
}

TEST_CASE("one class alone can be calibrated as long as a sample is missed") {
  ClassScores samples{.classes = 3, .scores = {}, .labels = {}};
  for (int i = 0; i < 10; ++i) {
    const double other = i == 0 ? 4 : 1;
    samples.scores.insert(samples.scores.end(), {3, other, 0});
    samples.labels.push_back(0);
  }
  const TemperatureFit fit = fit_temperature(samples);
  REQUIRE(fit.found());
  for (const double other : {0.99, 1.01}) {
    CHECK(mean_nll(samples, fit.temperature * other) > mean_nll(samples, fit.temperature));
  }
}

TEST_CASE("scores that are not finite, or none at all, are refused") {
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double bad : {infinity, -infinity, std::nan("")}) {
    ClassScores samples = one_gap(5, 3, 1);
    samples.scores[5] = bad;
    CHECK_THROWS_AS(fit_temperature(samples), NumericalError);
  }
  // Finite, but too far apart.
  CHECK_THROWS_AS(fit_temperature({.classes = 2, .scores = {-1.7e308, 1.7e308}, .labels = {0}}),
                  NumericalError);
  CHECK_THROWS_AS(fit_temperature({.classes = 2, .scores = {}, .labels = {}}), UsageError);
}

TEST_CASE("a sample far out has exact figures") {
  const ClassScores samples{.classes = 2, .scores = {300, -300}, .labels = {1}};
  const ScaledSample at_one = scaled_sample(samples, 0, 1);
  CHECK(at_one.predicted == 0);
  CHECK(at_one.confidence == 1);
  CHECK(at_one.nll == 600);
  CHECK(at_one.brier == 2);
  CHECK(scaled_sample(samples, 0, 1e-3).nll == Approx(600000).epsilon(1e-15));
  const ScaledSample even = scaled_sample(samples, 0, 1e20);
  CHECK(even.confidence == 0.5);
  CHECK(even.nll == Approx(std::log(2)).epsilon(1e-15));
  CHECK(even.brier == Approx(0.5).epsilon(1e-15));
  // Sure and right: what is left of the likelihood does not round to 0.
  const ClassScores sure{.classes = 2, .scores = {40, 0}, .labels = {0}};
  CHECK(scaled_sample(sure, 0, 1).nll == Approx(std::exp(-40)).epsilon(1e-14));
}

}  // namespace
}  // namespace clino::test
