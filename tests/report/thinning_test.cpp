#include "report/thinning.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/catch.hpp"
#include "tests/report/sample_run.hpp"

using namespace clino;
using report::spread;
using report::thinned;

namespace {

std::vector<double> noise(std::size_t count) {
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(test::wobble(static_cast<double>(i)));
  return values;
}

}  // namespace

TEST_CASE("a short series is kept whole") {
  for (const std::size_t count : {0, 1, 2, 99, 100}) {
    const std::vector<std::size_t> kept = thinned(noise(count), 100);
    REQUIRE(kept.size() == count);
    for (std::size_t i = 0; i < count; ++i) CHECK(kept[i] == i);
  }
}

TEST_CASE("a long series keeps its ends and extremes, within the limit and in order") {
  for (const std::size_t count : {101, 1000, 14001}) {
    for (const std::size_t limit : {2, 3, 8, 100}) {
      const std::vector<double> values = noise(count);
      const std::vector<std::size_t> kept = thinned(values, limit);
      INFO(count << " to " << limit);
      CHECK(kept.size() <= limit);
      CHECK(std::is_sorted(kept.begin(), kept.end()));
      CHECK(std::adjacent_find(kept.begin(), kept.end()) == kept.end());
      CHECK(kept.front() == 0);
      CHECK(kept.back() == count - 1);
      if (limit < 8) continue;
      for (const auto extreme : {std::min_element(values.begin(), values.end()),
                                 std::max_element(values.begin(), values.end())}) {
        const auto place = static_cast<std::size_t>(extreme - values.begin());
        CHECK(std::binary_search(kept.begin(), kept.end(), place));
      }
    }
  }
}

TEST_CASE("a single peak anywhere is kept") {
  for (std::size_t peak = 0; peak < 3000; peak += 37) {
    std::vector<double> values(3000, 1.0);
    values[peak] = 9;
    const std::vector<std::size_t> kept = thinned(values, 50);
    CHECK(std::binary_search(kept.begin(), kept.end(), peak));
  }
}

TEST_CASE("what is not finite is kept, and does not hide extremes") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const double broken : {test::kNan, kInfinity, -kInfinity}) {
    std::vector<double> values = noise(3000);
    values[1234] = broken;
    values[1240] = 50;
    values[1250] = -50;
    const std::vector<std::size_t> kept = thinned(values, 100);
    CHECK(kept.size() <= 100);
    for (const std::size_t place : {1234, 1240, 1250}) {
      CHECK(std::binary_search(kept.begin(), kept.end(), place));
    }
  }
}

TEST_CASE("a series that is nothing but NaN stays one") {
  const std::vector<std::size_t> kept = thinned(std::vector<double>(5000, test::kNan), 100);
  CHECK(kept.size() <= 100);
  CHECK(kept.size() > 20);
}

TEST_CASE("spread positions have the ends among them") {
  CHECK(spread(0, 5).empty());
  CHECK(spread(3, 5) == std::vector<std::size_t>{0, 1, 2});
  CHECK(spread(101, 3) == std::vector<std::size_t>{0, 50, 100});
  CHECK(spread(7, 1) == std::vector<std::size_t>{6});
}
