#include "statistics/share.hpp"

#include <cmath>

#include "core/errors.hpp"
#include "tests/catch.hpp"

using namespace clino;
using statistics::clopper_pearson;

TEST_CASE("The ends of an exact interval are where the tails have half of what is left") {
  // P(X >= k) at the lower end and P(X <= k) at the upper end, summed up by hand.
  const auto probability = [](Index n, Index from, Index to, double p) {
    double sum = 0;
    for (Index i = from; i <= to; ++i) {
      const double choose = std::exp(std::lgamma(static_cast<double>(n) + 1) -
                                     std::lgamma(static_cast<double>(i) + 1) -
                                     std::lgamma(static_cast<double>(n - i) + 1));
      sum += choose * std::pow(p, static_cast<double>(i)) *
             std::pow(1 - p, static_cast<double>(n - i));
    }
    return sum;
  };
  for (const Index k : {1, 7, 19}) {
    const statistics::Interval interval = clopper_pearson(k, 20, .99);
    CHECK(probability(20, k, 20, interval.low) == Approx(.005).epsilon(1e-9));
    CHECK(probability(20, 0, k, interval.high) == Approx(.005).epsilon(1e-9));
  }
}

TEST_CASE("None and all of them leave one end where it is") {
  CHECK(clopper_pearson(0, 10).low == 0);
  CHECK(clopper_pearson(0, 10).high == Approx(1 - std::pow(.025, .1)).epsilon(1e-12));
  CHECK(clopper_pearson(10, 10).high == 1);
  CHECK_THROWS_AS(clopper_pearson(11, 10), UsageError);
  CHECK_THROWS_AS(clopper_pearson(0, 0), UsageError);
}
