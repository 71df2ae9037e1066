#include "probe/bin_count.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "core/random.hpp"
#include "tests/catch.hpp"

namespace clino::test {
namespace {

/// Where a single number is counted.
template <class T, class SlotOf>
std::size_t slot(T value, const SlotOf& slot_of) {
  const detail::SlotCounts counts = detail::count_slots(std::span<const T>(&value, 1), slot_of);
  REQUIRE(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}) == 1);
  return static_cast<std::size_t>(std::ranges::find(counts, 1U) - counts.begin());
}

}  // namespace

TEMPLATE_TEST_CASE("linear edges belong to the bin above them, the last one to the last", "", float,
                   double) {
  // Every range from 1e-30 to 1e30 and every edge of it: the numbers next to it on both sides. A
  // double may be so close that its quotient rounds to the edge, so there it is the fourth next.
  constexpr TestType kTop = std::numeric_limits<TestType>::infinity();
  constexpr int kNear = sizeof(TestType) == 4 ? 1 : 4;
  const auto beside = [](TestType x, TestType towards, double range) {
    // Next to 0 are numbers that no quotient can tell from it.
    if (x == 0) return static_cast<TestType>(std::copysign(1e-6 * range, towards));
    for (int i = 0; i < kNear; ++i) x = std::nextafter(x, towards);
    return x;
  };
  int on_an_edge = 0;
  std::vector<std::string> wrong;
  for (int exponent = -30; exponent <= 30; ++exponent) {
    for (const char* m : {"1e", "2e", "5e"}) {
      const double range = std::stod(m + std::to_string(exponent));
      const detail::LinearSlots slots(range);
      for (int k = -16; k <= 16; ++k) {
        const double edge = range * k / 16;
        const auto rounded = static_cast<TestType>(edge);
        const bool itself =
            static_cast<long double>(rounded) == static_cast<long double>(range) * k / 16;
        const auto bin = static_cast<std::size_t>(k + 17);
        const bool good = (!itself || slot(rounded, slots) == (k == 16 ? 32 : bin)) &&
                          slot(beside(rounded, kTop, range), slots) == bin &&
                          slot(beside(rounded, -kTop, range), slots) == bin - 1;
        on_an_edge += itself ? 1 : 0;
        if (!good) wrong.push_back(m + std::to_string(exponent) + " edge " + std::to_string(k));
      }
    }
  }
  CHECK(on_an_edge > 500);
  CHECK(wrong == std::vector<std::string>{});
}

TEMPLATE_TEST_CASE("decimal edges are exact", "", float, double) {
  const detail::DecimalSlots<TestType> slots;
  constexpr TestType kTop = std::numeric_limits<TestType>::infinity();
  for (std::size_t k = 0; k <= 32; ++k) {
    const long double edge = std::pow(10.0L, -12 + static_cast<long double>(k) / 2);
    auto above = static_cast<TestType>(edge);
    // A double that the edge rounds to is the edge as published; a float is compared with that.
    if (static_cast<double>(above) < static_cast<double>(edge)) above = std::nextafter(above, kTop);
    const TestType below = std::nextafter(above, TestType{0});
    INFO("edge " << k);
    for (const int sign : {1, -1}) {
      const TestType factor = static_cast<TestType>(sign);
      CHECK(slot(factor * above, slots) == (k == 32 && above == TestType(1e4) ? 32 : k + 1));
      CHECK(slot(factor * below, slots) == k);
    }
  }
  CHECK(slot(std::nextafter(TestType(1e4), kTop), slots) == detail::kOverflowSlot);
  CHECK(slot(std::numeric_limits<TestType>::max(), slots) == detail::kOverflowSlot);
  CHECK(slot(TestType(0), slots) == 0);
  CHECK(slot(TestType(-0.0), slots) == 0);
  CHECK(slot(std::numeric_limits<TestType>::denorm_min(), slots) == 0);
  CHECK(slot(kTop, slots) == detail::kNonfiniteSlot);
  CHECK(slot(-kTop, slots) == detail::kNonfiniteSlot);
  CHECK(slot(std::numeric_limits<TestType>::quiet_NaN(), slots) == detail::kNonfiniteSlot);
}

TEMPLATE_TEST_CASE("a linear scale takes any number", "", float, double) {
  using Limits = std::numeric_limits<TestType>;
  const detail::LinearSlots slots(2);
  CHECK(slot(Limits::infinity(), slots) == detail::kNonfiniteSlot);
  CHECK(slot(-Limits::infinity(), slots) == detail::kNonfiniteSlot);
  CHECK(slot(Limits::quiet_NaN(), slots) == detail::kNonfiniteSlot);
  CHECK(slot(Limits::max(), slots) == detail::kOverflowSlot);
  CHECK(slot(Limits::lowest(), slots) == 0);
  CHECK(slot(TestType(0), slots) == 17);
  CHECK(slot(TestType(-0.0), slots) == 17);
  CHECK(slot(Limits::min(), slots) == 17);
  CHECK(slot(-Limits::min(), slots) == 16);
  CHECK(slot(TestType(-2), slots) == 1);
  CHECK(slot(TestType(300), slots) == detail::kOverflowSlot);
  CHECK(slot(TestType(-300), slots) == 0);
}

TEST_CASE("counts of every length sum to it") {
  std::vector<float> values(1100);
  Random random(5, stream_id("lengths"));
  for (float& v : values) v = static_cast<float>(random.normal());
  const detail::LinearSlots slots(1);
  for (std::size_t size = 0; size <= values.size(); size += size < 40 ? 1 : 53) {
    const auto part = std::span<const float>(values).first(size);
    detail::SlotCounts expected = {};
    for (const float& v : part) ++expected[slots(v)];
    CHECK(detail::count_slots(part, slots) == expected);
  }
}

}  // namespace clino::test
