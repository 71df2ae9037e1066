#include "data/split.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tests/catch.hpp"
#include "tests/data/strata.hpp"

using namespace clino;
using namespace clino_test;

namespace {

Parts split_with(const std::vector<Index>& strata, double validation, double test,
                 std::uint64_t seed = 1, Index group = 1) {
  Random random(seed, stream_id("split"));
  return split(strata, group, validation, test, random);
}

}  // namespace

TEST_CASE("the parts are ascending, disjoint and together everything") {
  const std::vector<Index> strata = uneven_classes();
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Parts parts = split_with(strata, 0.2, 0.13, seed);
    std::vector<Index> all;
    for (const auto* part : {&parts.train, &parts.validation, &parts.test}) {
      CHECK(std::is_sorted(part->begin(), part->end()));
      all.insert(all.end(), part->begin(), part->end());
    }
    std::sort(all.begin(), all.end());
    std::vector<Index> expected(strata.size());
    std::iota(expected.begin(), expected.end(), Index{0});
    CHECK(all == expected);
  }
}

TEST_CASE("every class and every part has its share") {
  const std::vector<Index> strata = uneven_classes();
  for (const double fraction : {0.05, 0.1, 0.25, 0.3, 0.45}) {
    const Parts parts = split_with(strata, fraction, 0.5);
    CHECK(static_cast<Index>(parts.validation.size()) == std::llround(fraction * 997));
    CHECK(static_cast<Index>(parts.test.size()) == std::llround(0.5 * 997));
    for (Index label = 0; label < 4; ++label) {
      const auto total = static_cast<double>(std::count(strata.begin(), strata.end(), label));
      CHECK(std::abs(static_cast<double>(count_of(label, parts.validation, strata)) -
                     fraction * total) <= 1);
      CHECK(std::abs(static_cast<double>(count_of(label, parts.test, strata)) - 0.5 * total) <= 1);
      CHECK(count_of(label, parts.train, strata) >= 1);
    }
  }
}

TEST_CASE("a class of one stays in training") {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Parts parts = split_with({0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0}, 0.45, 0.45, seed);
    for (const Index row : {1, 5}) {
      CHECK(std::count(parts.train.begin(), parts.train.end(), row) == 1);
    }
    CHECK(parts.train.size() + parts.validation.size() + parts.test.size() == 11);
  }
}

TEST_CASE("the seed alone decides") {
  const std::vector<Index> strata = uneven_classes();
  CHECK(split_with(strata, 0.2, 0.1, 3).validation == split_with(strata, 0.2, 0.1, 3).validation);
  CHECK(split_with(strata, 0.2, 0.1, 3).validation != split_with(strata, 0.2, 0.1, 4).validation);
  CHECK(split_with(strata, 0.2, 0.1, 3).test != split_with(strata, 0.2, 0.1, 4).test);
}

TEST_CASE("groups stay together") {
  const Parts parts = split_with(std::vector<Index>(25, 0), 0.2, 0.2, 1, 4);
  CHECK(parts.validation.size() == 20);
  for (const auto* part : {&parts.train, &parts.validation, &parts.test}) {
    for (std::size_t i = 0; i < part->size(); ++i) {
      CHECK((*part)[i] % 4 == static_cast<Index>(i % 4));
      CHECK((*part)[i] / 4 == (*part)[i - i % 4] / 4);
    }
  }
}

TEST_CASE("no fraction, no part") {
  const Parts parts = split_with({0, 1, 0, 1}, 0, 0);
  CHECK(parts.train == std::vector<Index>{0, 1, 2, 3});
  CHECK(parts.validation.empty());
  CHECK(parts.test.empty());
  CHECK(split_with({}, 0.2, 0.2).train.empty());
}
