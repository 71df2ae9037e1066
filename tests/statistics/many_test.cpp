#include "statistics/many.hpp"

#include <vector>

#include "core/random.hpp"
#include "tests/catch.hpp"

using namespace clino;
using namespace clino::statistics;

TEST_CASE("Holm's adjusted p values, by hand") {
  const std::vector<double> adjusted = holm(std::vector<double>{0.01, 0.04, 0.03, 0.005});
  CHECK(adjusted[3] == Approx(0.02));
  CHECK(adjusted[0] == Approx(0.03));
  CHECK(adjusted[2] == Approx(0.06));
  CHECK(adjusted[1] == Approx(0.06));  // 0.04 by itself, but never below a smaller one
  CHECK(holm(std::vector<double>{0.7, 0.9})[0] == 1);
  CHECK(holm({}).empty());
  CHECK(holm(std::vector<double>{0.03})[0] == 0.03);
}

TEST_CASE("Holm lies between the p value and Bonferroni's") {
  Random random(3, stream_id("holm"));
  for (int repetition = 0; repetition < 50; ++repetition) {
    std::vector<double> p(1 + random.below(20));
    for (double& x : p) x = random.uniform();
    const std::vector<double> adjusted = holm(p);
    for (std::size_t i = 0; i < p.size(); ++i) {
      CHECK(adjusted[i] >= p[i]);
      CHECK(adjusted[i] <= std::min(1.0, p[i] * static_cast<double>(p.size())));
    }
  }
}

TEST_CASE("Ranks are shared where nothing was told apart") {
  CHECK(ranks(3, {}) == std::vector<Index>{1, 1, 1});
  const std::vector<Order> told = {{0, 2}, {1, 2}};
  CHECK(ranks(3, told) == std::vector<Index>{1, 1, 3});
}
