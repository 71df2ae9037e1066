#include "core/random.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <vector>

#include "tests/catch.hpp"

using namespace clino;

TEST_CASE("the generator is Philox4x32-10") {
  // Known answers of the Random123 distribution for counter and key 0: the first block of seed 0,
  // stream 0, sequence 0.
  Random random(0, 0);
  CHECK(random.bits() == 0x6627e8d5U);
  CHECK(random.bits() == 0xe169c58dU);
  CHECK(random.bits() == 0xbc57ac4cU);
  CHECK(random.bits() == 0x9b00dbd8U);
}

TEST_CASE("the same seed gives the same draws, another seed, stream or sequence others") {
  const auto draw = [](std::uint64_t seed, std::uint32_t stream, std::uint32_t sequence) {
    Random random(seed, stream, sequence);
    std::vector<double> draws(20);
    std::ranges::generate(draws, [&] { return random.uniform(); });
    return draws;
  };
  CHECK(draw(1, 2, 3) == draw(1, 2, 3));
  CHECK(draw(1, 2, 3) != draw(2, 2, 3));
  CHECK(draw(1, 2, 3) != draw(1, 3, 3));
  CHECK(draw(1, 2, 3) != draw(1, 2, 4));
  CHECK(draw(std::uint64_t{1} << 32U, 0, 0) != draw(0, 0, 0));
}

TEST_CASE("uniform and normal draws have their moments") {
  Random random(7, stream_id("moments"));
  constexpr int n = 200000;
  double sum = 0;
  double normal_sum = 0;
  double normal_square = 0;
  for (int i = 0; i < n; ++i) {
    const double u = random.uniform();
    REQUIRE((u > 0 && u < 1));
    sum += u;
    const double z = random.normal();
    normal_sum += z;
    normal_square += z * z;
  }
  // Five standard errors: sqrt(1/12n), sqrt(1/n), sqrt(2/n).
  CHECK(std::abs(sum / n - .5) < 5 * std::sqrt(1.0 / 12 / n));
  CHECK(std::abs(normal_sum / n) < 5 * std::sqrt(1.0 / n));
  CHECK(std::abs(normal_square / n - 1) < 5 * std::sqrt(2.0 / n));
}

TEST_CASE("below is uniform and stays below") {
  Random random(3, stream_id("below"));
  for (const std::uint64_t n : {1ULL, 2ULL, 3ULL, 7ULL, 0xFFFFFFFFULL, 0x100000001ULL, ~0ULL}) {
    for (int i = 0; i < 100; ++i) REQUIRE(random.below(n) < n);
  }
  std::vector<int> counts(6);
  constexpr int n = 60000;
  for (int i = 0; i < n; ++i) ++counts[random.below(6)];
  for (const int count : counts) {
    CHECK(std::abs(count - n / 6) < 5 * std::sqrt(n * (1.0 / 6) * (5.0 / 6)));
  }
}

TEST_CASE("a shuffle is a permutation, and every place is equally likely") {
  std::vector<Index> order(5);
  std::vector<int> first(5);
  constexpr int n = 20000;
  for (std::uint32_t epoch = 0; epoch < n; ++epoch) {
    std::iota(order.begin(), order.end(), Index{0});
    Random(1, stream_id("shuffle"), epoch).shuffle(order);
    ++first[static_cast<std::size_t>(order[0])];
    REQUIRE(std::set<Index>(order.begin(), order.end()).size() == 5);
  }
  for (const int count : first) CHECK(std::abs(count - n / 5) < 5 * std::sqrt(n * .2 * .8));
}

TEMPLATE_TEST_CASE("draws of a sample depend on nothing but their names", "", float, double) {
  std::vector<TestType> few(3);
  std::vector<TestType> many(50);
  fill_uniform<TestType>(1, 2, 3, 4, few);
  fill_uniform<TestType>(1, 2, 3, 4, many);
  CHECK(std::equal(few.begin(), few.end(), many.begin()));
  for (const TestType u : many) CHECK((u > 0 && u < 1));

  std::set<TestType> firsts;
  const auto first = [&](std::uint64_t seed, std::uint32_t stream, std::uint64_t epoch,
                         std::uint64_t sample) {
    std::vector<TestType> draws(1);
    fill_uniform<TestType>(seed, stream, epoch, sample, draws);
    firsts.insert(draws[0]);
  };
  first(1, 2, 3, 4);
  first(2, 2, 3, 4);
  first(1, 3, 3, 4);
  first(1, 2, 4, 4);
  first(1, 2, 3, 5);
  CHECK(firsts.size() == 5);
}
