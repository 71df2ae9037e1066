#include "theory/pair_series.hpp"

#include <cmath>

#include "core/errors.hpp"
#include "layers/activations/list.hpp"
#include "tests/catch.hpp"
#include "theory/moments.hpp"

using namespace clino;

TEST_CASE("a pair series is the mean over pairs, for every activation, length and correlation",
          "[slow]") {
  for (const CatalogueEntry& entry : activation_catalogue()) {
    const auto activation = make_activation({entry.name, {}});
    if (!activation->elementwise()) continue;
    for (const double q : {.05, 3.}) {
      const theory::PairSeries series(*activation, q);
      const double size = theory::moments(*activation, q).mean_square;
      for (const double c : {-.95, .4, .95}) {
        INFO(entry.name << " q " << q << " c " << c);
        const theory::PairMean mean = theory::pair_mean(series, series, c);
        CHECK(std::abs(mean.value - theory::pair_mean(*activation, q, q, c)) < 2e-3 * size);
        const double step = 1e-5;
        const double rise = (theory::pair_mean(series, series, c + step).value -
                             theory::pair_mean(series, series, c - step).value) /
                            (2 * step);
        CHECK(mean.slope == Approx(rise).epsilon(1e-6).margin(1e-8 * size));
      }
      CHECK(theory::pair_mean(series, series, 1).value == Approx(size).epsilon(1e-5));
    }
    INFO(entry.name << " of two lengths");
    const theory::PairSeries first(*activation, .3), second(*activation, 2);
    CHECK(std::abs(theory::pair_mean(first, second, .5).value -
                   theory::pair_mean(*activation, .3, 2., .5)) <
          2e-3 * std::sqrt(theory::moments(*activation, .3).mean_square *
                           theory::moments(*activation, 2).mean_square));
  }
}

TEST_CASE("the series of the identity is its one term, and that of a length of 0 a constant") {
  const theory::PairSeries identity(*make_activation({"identity", {}}), 4);
  CHECK(identity.coefficients()[1] == Approx(2).epsilon(1e-9));
  CHECK(std::abs(identity.coefficients()[0]) < 1e-12);
  CHECK(std::abs(identity.coefficients()[2]) < 1e-9);
  const theory::PairSeries sigmoid(*make_activation({"sigmoid", {}}), 0);
  CHECK(theory::pair_mean(sigmoid, sigmoid, .3).value == Approx(.25).epsilon(1e-9));
}

TEST_CASE("a pair series refuses what has none") {
  const auto relu = make_activation({"relu", {}});
  CHECK_THROWS_AS(theory::PairSeries(*relu, -1), UsageError);
  CHECK_THROWS_AS(theory::PairSeries(*relu, std::nan("")), UsageError);
  CHECK_THROWS_AS(theory::PairSeries(*make_activation({"softmax", {}}), 1), UsageError);
}
