#include "report/stretches.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "report/heat_map.hpp"
#include "report/sparkline.hpp"
#include "report/text_fields.hpp"
#include "tests/catch.hpp"
#include "tests/report/sample_run.hpp"

namespace clino::report {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
using test::kNan;

TEST_CASE("stretches cover a series without gap or overlap, as equal as they can be") {
  for (std::size_t count = 0; count < 40; ++count) {
    const std::vector<double> values(count, 1.5);
    for (std::size_t most = 1; most < 20; ++most) {
      const std::vector<Stretch> all = stretches(values, most, false);
      CHECK(all.size() == std::min(count, most));
      std::size_t next = 0, shortest = count, longest = 0;
      for (const Stretch& stretch : all) {
        CHECK(stretch.begin == next);
        next = stretch.end;
        shortest = std::min(shortest, stretch.end - stretch.begin);
        longest = std::max(longest, stretch.end - stretch.begin);
        CHECK(stretch.mean == 1.5);
      }
      CHECK(next == count);
      if (count > 0) CHECK(longest - shortest <= 1);
    }
  }
}

TEST_CASE("a stretch is the mean of what counts, and knows what does not") {
  const std::vector<double> values = {1, 3, 100, 1000, 0, -2, 0, 0, kNan, 4, kInf, -kInf};
  const std::vector<Stretch> linear = stretches(values, 6, false);
  CHECK(linear[0].mean == 2);
  CHECK(linear[2].mean == -1);
  CHECK(linear[3].mean == 0);
  CHECK(linear[3].any);
  CHECK_FALSE(linear[3].broken);
  CHECK(linear[4].mean == 4);
  CHECK(linear[4].broken);
  CHECK_FALSE(linear[5].any);
  CHECK(linear[5].broken);
  const std::vector<Stretch> log = stretches(values, 6, true);
  CHECK(log[0].mean == Approx(std::log10(3) / 2));
  CHECK(log[1].mean == Approx(2.5));
  CHECK_FALSE(log[2].any);
  CHECK_FALSE(log[2].broken);

  ValueRange range;
  range.include(log);
  CHECK(range.low == Approx(std::log10(3) / 2));
  CHECK(range.high == Approx(2.5));
  CHECK(range.place(range.low) == 0);
  CHECK(range.place(range.high) == 1);
  CHECK(ValueRange().place(7) == 0.5);
}

TEST_CASE("a sparkline goes from the lowest to the highest stretch") {
  const std::vector<double> rising = {0, 1, 2, 3, 4, 5, 6, 7};
  CHECK(sparkline(rising, {.width = 8}) == "▁▂▃▄▅▆▇█");
  CHECK(sparkline(rising, {.width = 8, .unicode = false}) == "_.:-=+*#");
  CHECK(sparkline(rising, {.width = 2}) == "▁█");
  CHECK(sparkline(rising, {.width = 20}) == "▁▂▃▄▅▆▇█");
  // Equal factors are equal steps by the logarithm alone.
  const std::vector<double> powers = {1, 10, 100, 1000, 1e4, 1e5, 1e6, 1e7};
  CHECK(sparkline(powers, {.width = 8, .log = true}) == "▁▂▃▄▅▆▇█");
  CHECK(sparkline(powers, {.width = 8}) == "▁▁▁▁▁▁▁█");
  CHECK(sparkline({}, {.width = 8}).empty());
}

TEST_CASE("a sparkline shows what is no number, and no noise as a mountain") {
  const std::vector<double> values = {1, kNan, 3, kInf, 0, 1000};
  CHECK(sparkline(values, {.width = 6, .log = true}) == "▁!▂! █");
  const std::vector<double> flat = {1, 1.004, 0.9999, 1.002};
  CHECK(sparkline(flat, {.width = 4}) == "▅▅▅▅");
  CHECK(sparkline(flat, {.width = 4, .log = true}) == "▅▅▅▅");
  CHECK(sparkline(std::vector<double>{1, 1.02}, {.width = 2}) == "▁█");
  CHECK(sparkline(std::vector<double>{0, 0}, {.width = 2}) == "▁▁");
}

TEST_CASE("decades are looked for in positive series alone") {
  CHECK(spans_decades(std::vector<double>{1, 11}));
  CHECK_FALSE(spans_decades(std::vector<double>{1, 9}));
  CHECK_FALSE(spans_decades(std::vector<double>{0, 1, 100}));
  CHECK_FALSE(spans_decades(std::vector<double>{-1, 1, 100}));
  CHECK(spans_decades(std::vector<double>{1, kNan, 100, kInf}));
  CHECK_FALSE(spans_decades(std::vector<double>{}));
}

TEST_CASE("a heat map has every layer's delta norms, and steps that are in the log") {
  const RunLog run = test::sample_run(97);
  const HeatMap map = heat_map(run.layers, 62);
  REQUIRE(map.rows.size() == run.layers.size());
  double low = kInf;
  for (std::size_t l = 0; l < map.rows.size(); ++l) {
    const LayerLog& layer = run.layers[l];
    REQUIRE(map.rows[l].size() == 62);
    CHECK(first_step(layer, map.rows[l].front()) == layer.points.front().step);
    CHECK(last_step(layer, map.rows[l].back()) == layer.points.back().step);
    for (const Stretch& cell : map.rows[l]) {
      double product = 1;
      for (std::size_t i = cell.begin; i < cell.end; ++i) product *= layer.points[i].delta_norm;
      const auto count = static_cast<double>(cell.end - cell.begin);
      CHECK(cell.mean == Approx(std::log10(product) / count));
      low = std::min(low, cell.mean);
    }
  }
  CHECK(map.range.low == low);
  CHECK(heat_map({}, 62).rows.empty());
}

}  // namespace
}  // namespace clino::report
