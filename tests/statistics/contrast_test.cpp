#include "statistics/contrast.hpp"

#include <cmath>
#include <vector>

#include "core/errors.hpp"
#include "tests/catch.hpp"

using namespace clino;
using namespace clino::statistics;

using Values = std::vector<double>;

TEST_CASE("Samples that are equal cannot be told apart") {
  const Values same = {1, 2, 2, 1};
  for (const Design design : {Design::paired, Design::independent}) {
    const Contrast result = contrast(same, same, design);
    CHECK(result.p_value == 1);
    CHECK(result.standardized == 0);
    CHECK(result.estimate == 0);
  }
}

TEST_CASE("Exchanging the samples mirrors the contrast") {
  const Values a = {1, 4, 2, 8}, b = {2, 3, 6, 5};
  for (const Design design : {Design::paired, Design::independent}) {
    for (const Scale scale : {Scale::difference, Scale::ratio}) {
      const Contrast forth = contrast(a, b, design, {.scale = scale});
      const Contrast back = contrast(b, a, design, {.scale = scale});
      CHECK(forth.p_value == Approx(back.p_value));
      CHECK(forth.standardized == Approx(-back.standardized));
      if (scale == Scale::ratio) {
        CHECK(forth.estimate * back.estimate == Approx(1));
        CHECK(forth.interval->low * back.interval->high == Approx(1));
      } else {
        CHECK(forth.estimate == Approx(-back.estimate));
        CHECK(forth.interval->low == Approx(-back.interval->high));
      }
    }
  }
}

TEST_CASE("A ratio does not depend on the unit") {
  const Values a = {1, 4, 2}, b = {2, 3, 6};
  Values larger_a = a, larger_b = b;
  for (double& x : larger_a) x *= 1000;
  for (double& x : larger_b) x *= 1000;
  const Measurement ratio = {.scale = Scale::ratio};
  const Contrast small = contrast(a, b, Design::paired, ratio);
  const Contrast large = contrast(larger_a, larger_b, Design::paired, ratio);
  CHECK(small.estimate == Approx(large.estimate));
  CHECK(small.interval->low == Approx(large.interval->low));
}

TEST_CASE("The test and the interval agree") {
  const Values a = {5.1, 4.9, 5.3, 5.0}, b = {4.8, 4.7, 5.2, 4.6};
  const Contrast result = contrast(a, b, Design::paired);
  // The interval whose confidence is 1 - p ends at 0.
  const Contrast touching = contrast(a, b, Design::paired, {.confidence = 1 - result.p_value});
  CHECK(touching.interval->low == Approx(0).margin(1e-12));
}

TEST_CASE("Differences that never vary are certain only without a resolution") {
  const Values a = {3, 3, 3}, b = {2, 2, 2};
  const Contrast exact = contrast(a, b, Design::paired);
  CHECK(exact.p_value == 0);
  CHECK(std::isinf(exact.standardized));
  CHECK(exact.interval->low == 1);
  const Contrast counted = contrast(a, b, Design::paired, {.resolution = 1});
  // t = 1 / sqrt(2/12/3) = 4.243 with 2 degrees of freedom: p = .0513.
  CHECK(counted.p_value == Approx(0.05131).epsilon(1e-3));
  CHECK(counted.interval->low < 0);
}

TEST_CASE("One pair and none say nothing, pairs of two sizes are refused") {
  const Contrast one = contrast(Values{2}, Values{1}, Design::paired);
  CHECK(one.n == 1);
  CHECK(one.estimate == 1);
  CHECK_FALSE(one.interval);
  CHECK(one.p_value == 1);
  const Contrast none = contrast(Values{}, Values{}, Design::paired);
  CHECK(none.n == 0);
  CHECK(std::isnan(none.estimate));
  CHECK_THROWS_AS(contrast(Values{1, 2}, Values{1}, Design::paired), UsageError);
  CHECK(contrast(Values{1, 2, 3}, Values{1, 4}, Design::independent).n == 2);
}

TEST_CASE("How often one is below the other") {
  const Values a = {1, 2, 3, 4}, b = {2, 2, 2, 9};
  const WinProbability paired = probability_below(a, b, Design::paired);
  CHECK(paired.value == (1 + 0.5 + 0 + 1) / 4);
  const WinProbability all = probability_below(a, b, Design::independent);
  CHECK(all.value == (4 + (3 * 0.5 + 1) + 1 + 1) / 16);
  CHECK(paired.value + probability_below(b, a, Design::paired).value == 1);
  // Wilson's interval for 5 of 5, z = 1.96: from 1 / (1 + z^2/5).
  const Values low = {0, 0, 0, 0, 0}, high = {1, 1, 1, 1, 1};
  const WinProbability always = probability_below(low, high, Design::paired);
  CHECK(always.value == 1);
  CHECK(always.interval.low == Approx(1 / (1 + 1.959964 * 1.959964 / 5)).epsilon(1e-6));
  CHECK(always.interval.high == 1);
  CHECK(probability_below({}, {}, Design::paired).value == 0.5);
}

TEST_CASE("The difference that a sample finds is the one that takes such a sample") {
  for (const Index n : {3, 10, 34}) {
    const double d = *detectable(n, Design::paired, 0.01);
    CHECK(power(d, n, Design::paired, 0.01) == Approx(0.8).epsilon(0.01));
    CHECK(sample_size(d, Design::paired, 0.01) == n);
  }
  CHECK_FALSE(detectable(1, Design::paired, 0.05));
  // Two seeds and thousands of pairs: hardly anything, but an answer.
  CHECK(*detectable(2, Design::paired, 0.05 / 20000) > 1e4);
}

TEST_CASE("The smallest sample that has the power") {
  // Cohen 1988: d = .5, alpha = .05, power = .8 takes 34 pairs, or 64 in each of two samples.
  CHECK(sample_size(0.5, Design::paired, 0.05) == 34);
  CHECK(sample_size(0.5, Design::independent, 0.05) == 64);
  CHECK(sample_size(-0.5, Design::paired, 0.05) == 34);
  CHECK_FALSE(sample_size(0.01, Design::paired, 0.05));
  CHECK_FALSE(sample_size(0, Design::paired, 0.05));
  CHECK(sample_size(1e6, Design::paired, 0.05) == 2);
  CHECK(sample_size(INFINITY, Design::paired, 0.05) == 2);
  const Index n = *sample_size(0.8, Design::paired, 0.01);
  CHECK(power(0.8, n, Design::paired, 0.01) >= 0.8);
  CHECK(power(0.8, n - 1, Design::paired, 0.01) < 0.8);
}
