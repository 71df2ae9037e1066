#include <cmath>

#include "compare/bands.hpp"
#include "compare/page_parts.hpp"
#include "compare/signal_maps.hpp"
#include "compare/whiskers.hpp"
#include "tests/catch.hpp"
#include "tests/compare/comparison_samples.hpp"
#include "tests/extremes.hpp"

using namespace clino;
using clino::test::kInfinity;
using clino::test::kNaN;
using compare::Band;
using compare::Comparison;

namespace {

/// One variation with these losses on the validation part, a run each.
Comparison with_losses(const std::vector<std::vector<double>>& losses) {
  Comparison comparison;
  comparison.variations.resize(1);
  for (const std::vector<double>& loss : losses) {
    comparison.variations[0].runs.push_back(comparison.runs.size());
    comparison.runs.emplace_back().outcome.curves.validation_loss = loss;
  }
  return comparison;
}

Band band_of(const std::vector<std::vector<double>>& losses, std::size_t points = 100) {
  const Comparison comparison = with_losses(losses);
  return compare::band_of(comparison, comparison.variations[0], compare::shown_metric(comparison),
                          points);
}

}  // namespace

TEST_CASE("quantiles lie between neighbours") {
  const std::vector<double> values = {1, 2, 4, 8, 16};
  CHECK(compare::quantile(values, 0) == 1);
  CHECK(compare::quantile(values, 0.25) == 2);
  CHECK(compare::quantile(values, 0.5) == 4);
  CHECK(compare::quantile(values, 0.625) == 6);
  CHECK(compare::quantile(values, 1) == 16);
  CHECK(compare::quantile({1, kInfinity, kInfinity}, 0.75) == kInfinity);
  CHECK(compare::quantile({3}, 0.9) == 3);
}

TEST_CASE("a band has the median and spread of an epoch's runs") {
  const Band band = band_of({{5, 50}, {1, 10}, {3, 30}, {2, 20}, {4, 40}});
  CHECK(band.epochs == std::vector<double>{1, 2});
  CHECK(band.minimum == std::vector<double>{1, 10});
  CHECK(band.lower == std::vector<double>{2, 20});
  CHECK(band.median == std::vector<double>{3, 30});
  CHECK(band.upper == std::vector<double>{4, 40});
  CHECK(band.maximum == std::vector<double>{5, 50});
}

TEST_CASE("a band ends where fewer than half of the runs go on") {
  CHECK(band_of({{1, 1, 1}, {2, 2}, {3}, {4}}).epochs == std::vector<double>{1, 2});
  CHECK(band_of({{}, {}, {1}}).epochs.empty());
  CHECK(band_of({{1, 1}, {2, 2}, {3}, {4}, {5}}).epochs == std::vector<double>{1});
}

TEST_CASE("a loss that is not finite counts as the worst") {
  const Band band = band_of({{1}, {kNaN}, {kInfinity}});
  CHECK(band.minimum == std::vector<double>{1});
  CHECK(band.median == std::vector<double>{kInfinity});
}

TEST_CASE("on a log axis the first epochs are all there, and the last") {
  const Comparison comparison = with_losses({std::vector<double>(1000, 1)});
  const Band band = compare::band_of(comparison, comparison.variations[0],
                                     compare::shown_metric(comparison), 40, true);
  CHECK(band.epochs.size() <= 40);
  REQUIRE(band.epochs.size() > 10);
  CHECK(std::vector<double>(band.epochs.begin(), band.epochs.begin() + 3) ==
        std::vector<double>{1, 2, 3});
  CHECK(band.epochs.back() == 1000);
}

TEST_CASE("a long band is thinned, its ends kept") {
  const Band band = band_of({std::vector<double>(5000, 1)}, 80);
  CHECK(band.epochs.size() == 80);
  CHECK(band.epochs.front() == 1);
  CHECK(band.epochs.back() == 5000);
}

TEST_CASE("the signal of a variation is the median of runs of one shape") {
  Comparison comparison = with_losses({{}, {}, {}, {}, {}});
  const auto set = [&](std::size_t run, const std::vector<double>& row) {
    comparison.runs[run].outcome.signal = {{"0 dense"}, {row}};
  };
  set(1, {-1, -2, kNaN, -4});
  set(2, {-3, kNaN, kNaN, -4});
  set(3, {-2, -4, kNaN, -4});
  comparison.runs[4].outcome.signal = {{"another"}, {{9, 9, 9, 9}}};
  const auto whole = compare::median_signal(comparison, comparison.variations[0], 8);
  REQUIRE(whole.rows.size() == 1);
  CHECK(whole.rows[0][0] == -2);
  CHECK(whole.rows[0][1] == -3);
  CHECK(std::isnan(whole.rows[0][2]));
  const auto half = compare::median_signal(comparison, comparison.variations[0], 2);
  CHECK(half.rows[0] == std::vector<double>{-2.5, -4});
}

TEST_CASE("a picture of intervals has room for the values, and not for the longest interval") {
  std::vector<compare::Whisker> whiskers;
  for (int i = 1; i <= 20; ++i) {
    whiskers.push_back({.value = double(i), .interval = {{i - 0.5, i + 0.5}}});
  }
  whiskers[7].interval = {{-1e6, 1e6}};
  const auto frame = compare::whisker_frame(whiskers, false, 0);
  CHECK(frame.axis.low <= 0);
  CHECK(frame.axis.high >= 20.5);
  CHECK(frame.axis.high < 30);
}

TEST_CASE("what is said of a pair turns with it") {
  const Comparison comparison = test::sample_comparison({.variations = 4, .seeds = 6});
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK_FALSE(compare::against(comparison, i, i));
    for (std::size_t j = 0; j < i; ++j) {
      const auto here = compare::against(comparison, i, j),
                 there = compare::against(comparison, j, i);
      REQUIRE((here && there && here->interval && there->interval));
      CHECK(here->estimate * there->estimate == Approx(1));
      CHECK(here->interval->low * there->interval->high == Approx(1));
      CHECK(here->wins + there->wins == Approx(1));
      CHECK(here->wins_interval.low + there->wins_interval.high == Approx(1));
      // The lower ratio of times goes with the more wins.
      if (here->estimate < 0.7) CHECK(here->wins > 0.5);
    }
  }
}
