// What the intervals and tests promise, held against simulated truth: coverage, size and power.
// Seeds are fixed; bounds are three standard errors of the simulated share, or stated where used.

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "core/random.hpp"
#include "statistics/contrast.hpp"
#include "statistics/many.hpp"
#include "statistics/survival.hpp"
#include "tests/catch.hpp"

using namespace clino;
using namespace clino::statistics;

namespace {

using Values = std::vector<double>;
using Draw = std::function<void(Random&, Values& a, Values& b)>;

double three_standard_errors(double share, int repetitions) {
  return 3 * std::sqrt(share * (1 - share) / repetitions);
}

/// The share of repetitions in which something holds of n simulated pairs.
double share_of(int repetitions, std::size_t n, const Draw& draw,
                const std::function<bool(const Values&, const Values&)>& holds) {
  Random random(11, stream_id("simulation"));
  int count = 0;
  for (int i = 0; i < repetitions; ++i) {
    Values a(n), b(n);
    draw(random, a, b);
    count += holds(a, b) ? 1 : 0;
  }
  return static_cast<double>(count) / repetitions;
}

/// Pairs that share half of their variance, as two variations with one seed do, or nothing.
Draw normal_pairs(double shift, bool related = true) {
  return [shift, related](Random& random, Values& a, Values& b) {
    for (std::size_t i = 0; i < a.size(); ++i) {
      const double shared = random.normal();
      a[i] = shared + random.normal() + shift;
      b[i] = (related ? shared : random.normal()) + random.normal();
    }
  };
}

/// exp of normal pairs with that deviation; the ratio of geometric means is e^shift.
Draw log_normal_pairs(double shift, double deviation, bool related = true) {
  return [=, normal = normal_pairs(0, related)](Random& random, Values& a, Values& b) {
    normal(random, a, b);
    for (double& x : a) x = std::exp(deviation * x / std::sqrt(2.0) + shift);
    for (double& x : b) x = std::exp(deviation * x / std::sqrt(2.0));
  };
}

}  // namespace

TEST_CASE("A variation against itself is told apart at the nominal rate") {
  constexpr int kComparisons = 1000;
  for (const Design design : {Design::paired, Design::independent}) {
    for (const Scale scale : {Scale::difference, Scale::ratio}) {
      const bool related = design == Design::paired;
      const Draw draw =
          scale == Scale::ratio ? log_normal_pairs(0, 1, related) : normal_pairs(0, related);
      const double told_apart =
          share_of(kComparisons, 10, draw, [&](const Values& a, const Values& b) {
            return contrast(a, b, design, {.scale = scale}).p_value <= 0.05;
          });
      CHECK(std::abs(told_apart - 0.05) <= three_standard_errors(0.05, kComparisons));
    }
  }
}

TEST_CASE("Intervals cover the truth within two points") {
  constexpr int kRepetitions = 10000;  // standard error .0022
  struct Case {
    const char* name;
    Draw draw;
    Scale scale;
    double truth;
  };
  // Differences of log-normals with sigma .5: what losses look like that are not compared by ratio.
  const double mean = std::exp(0.125);
  const std::vector<Case> cases = {
      {"normal", normal_pairs(0.7), Scale::difference, 0.7},
      {"log-normal by ratio", log_normal_pairs(0.4, 1), Scale::ratio, std::exp(0.4)},
      {"log-normal by difference", log_normal_pairs(0, 0.5), Scale::difference, 0},
      {"log-normals of two means by difference", log_normal_pairs(0.4, 0.5), Scale::difference,
       mean * (std::exp(0.4) - 1)},
  };
  for (const Case& each : cases) {
    for (const std::size_t n : {5U, 10U, 30U}) {
      const double covered =
          share_of(kRepetitions, n, each.draw, [&](const Values& a, const Values& b) {
            const Contrast result = contrast(a, b, Design::paired, {.scale = each.scale});
            return result.interval->low <= each.truth && each.truth <= result.interval->high;
          });
      INFO(each.name << ", n = " << n << ": " << covered);
      CHECK(std::abs(covered - 0.95) <= 0.02);
    }
  }
}

TEST_CASE("A percentile bootstrap would not do: it covers too little") {
  constexpr int kRepetitions = 1000, kResamples = 400;
  Random random(5, stream_id("bootstrap"));
  const double covered =
      share_of(kRepetitions, 10, normal_pairs(0), [&](const Values& a, const Values& b) {
        Values means(kResamples, 0);
        for (double& resampled : means) {
          for (std::size_t i = 0; i < a.size(); ++i) {
            const auto j = static_cast<std::size_t>(random.below(a.size()));
            resampled += a[j] - b[j];
          }
        }
        std::ranges::sort(means);
        return means[kResamples / 40] <= 0 && 0 <= means[kResamples - 1 - kResamples / 40];
      });
  CHECK(covered < 0.93);
}

TEST_CASE("A planted difference is found with the power that is predicted") {
  constexpr int kComparisons = 2000;
  for (const Index n : {5, 10, 24}) {
    const double shift = 1;  // a difference has deviation sqrt 2
    const double expected = power(shift / std::sqrt(2.0), n, Design::paired, 0.05);
    const double found = share_of(kComparisons, static_cast<std::size_t>(n), normal_pairs(shift),
                                  [](const Values& a, const Values& b) {
                                    return contrast(a, b, Design::paired).p_value <= 0.05;
                                  });
    INFO("n = " << n << ", predicted " << expected << ", found " << found);
    CHECK(std::abs(found - expected) <= three_standard_errors(expected, kComparisons));
  }
}

TEST_CASE("Of many comparisons without a difference hardly any finds one") {
  constexpr int kFamilies = 1000, kMembers = 6;
  Random random(7, stream_id("families"));
  int families = 0;
  for (int family = 0; family < kFamilies; ++family) {
    std::vector<Values> samples(kMembers, Values(10));
    for (Values& sample : samples) {
      for (double& value : sample) value = random.normal();
    }
    std::vector<double> p;
    for (int i = 0; i < kMembers; ++i) {
      for (int j = i + 1; j < kMembers; ++j) {
        p.push_back(contrast(samples[static_cast<std::size_t>(i)],
                             samples[static_cast<std::size_t>(j)], Design::paired)
                        .p_value);
      }
    }
    families += std::ranges::min(holm(p)) <= 0.05 ? 1 : 0;
  }
  const double share = static_cast<double>(families) / kFamilies;
  CHECK(share <= 0.05 + three_standard_errors(0.05, kFamilies));
  CHECK(share >= 0.01);  // 15 dependent comparisons: a correction, not a refusal
}

TEST_CASE("Intervals of the restricted mean cover it where many are censored") {
  constexpr int kRepetitions = 4000;
  // Exponential times with mean 10, watched for 12: E min(T, 12) = 10 (1 - e^-1.2).
  const double truth = 10 * (1 - std::exp(-1.2));
  const double covered = share_of(
      kRepetitions, 20,
      [](Random& random, Values& a, Values&) {
        for (double& time : a) time = -10 * std::log(random.uniform());
      },
      [&](const Values& a, const Values&) {
        std::vector<Observation> observations;
        for (const double time : a) observations.push_back({std::min(time, 12.0), time <= 12});
        const auto interval = kaplan_meier(observations, 12).restricted_mean_interval;
        return interval->low <= truth && truth <= interval->high;
      });
  CHECK(std::abs(covered - 0.95) <= 0.02);
}
