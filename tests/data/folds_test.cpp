#include <algorithm>
#include <numeric>

#include "data/split.hpp"
#include "tests/catch.hpp"
#include "tests/data/strata.hpp"

using namespace clino;
using namespace clino_test;

namespace {

struct Cut {
  Index folds = 5;
  double test = 0.13;
  std::uint64_t seed = 1;
  Index group = 1;
};

/// The parts with each of the folds as the validation part.
std::vector<Parts> all_folds(const std::vector<Index>& strata, const Cut& cut) {
  std::vector<Parts> parts;
  for (Index fold = 0; fold < cut.folds; ++fold) {
    Random random(cut.seed, stream_id("split"));
    parts.push_back(split_into_folds(strata, cut.group, cut.folds, fold, cut.test, random));
  }
  return parts;
}

std::vector<Index> merged(std::initializer_list<std::vector<Index>> parts) {
  std::vector<Index> all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  std::sort(all.begin(), all.end());
  return all;
}

std::vector<Index> numbers_below(std::size_t count) {
  std::vector<Index> all(count);
  std::iota(all.begin(), all.end(), Index{0});
  return all;
}

Index spread(const std::vector<Index>& counts) {
  const auto [least, most] = std::minmax_element(counts.begin(), counts.end());
  return *most - *least;
}

}  // namespace

TEST_CASE("the folds are disjoint and together all that is not tested") {
  const std::vector<Index> strata = uneven_classes();
  for (const Index folds : {2, 3, 5, 10}) {
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      for (const double test : {0.0, 0.13}) {
        std::vector<Index> held_out;
        for (const Parts& parts : all_folds(strata, {folds, test, seed})) {
          for (const auto* part : {&parts.train, &parts.validation, &parts.test}) {
            CHECK(std::is_sorted(part->begin(), part->end()));
          }
          CHECK(merged({parts.train, parts.validation, parts.test}) == numbers_below(997));
          held_out = merged({held_out, parts.validation});
        }
        const std::vector<Index> tested = all_folds(strata, {folds, test, seed})[0].test;
        CHECK(merged({held_out, tested}) == numbers_below(997));
      }
    }
  }
}

TEST_CASE("no fold has more than one sample above another, of a class and in all") {
  const std::vector<Index> strata = uneven_classes();
  for (const Index folds : {2, 3, 7, 10, 100}) {
    const std::vector<Parts> parts = all_folds(strata, {folds});
    std::vector<Index> sizes;
    for (const Parts& each : parts) sizes.push_back(static_cast<Index>(each.validation.size()));
    CHECK(spread(sizes) <= 1);
    for (Index label = 0; label < 4; ++label) {
      std::vector<Index> counts;
      for (const Parts& each : parts) counts.push_back(count_of(label, each.validation, strata));
      CHECK(spread(counts) <= 1);
    }
  }
}

TEST_CASE("the test part is the one that there is without folds") {
  const std::vector<Index> strata = uneven_classes();
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    for (const double validation : {0.0, 0.3}) {
      Random random(seed, stream_id("split"));
      const Parts without = split(strata, 1, validation, 0.25, random);
      for (const Parts& parts : all_folds(strata, {4, 0.25, seed})) {
        CHECK(parts.test == without.test);
      }
    }
  }
}

TEST_CASE("the seed alone decides on the folds") {
  const std::vector<Index> strata = uneven_classes();
  const auto first = all_folds(strata, {}), again = all_folds(strata, {});
  const auto other = all_folds(strata, {.seed = 2});
  for (std::size_t fold = 0; fold < first.size(); ++fold) {
    CHECK(first[fold].validation == again[fold].validation);
    CHECK(first[fold].train == again[fold].train);
    for (const Parts& parts : other) CHECK(first[fold].validation != parts.validation);
  }
}

TEST_CASE("the folds do not follow the order of the samples") {
  // Rows far apart, rows side by side: all pairs fall into one fold equally often, 1 in 5.
  const std::vector<Index> strata(100, 0);
  int together = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    for (const Parts& parts : all_folds(strata, {.test = 0, .seed = seed})) {
      const std::vector<Index>& rows = parts.validation;
      for (std::size_t i = 1; i < rows.size(); ++i) together += rows[i] == rows[i - 1] + 1 ? 1 : 0;
    }
  }
  // 40 x 99 neighbours, of which 19 / 99 are expected: 760, give or take 25.
  CHECK(std::abs(together - 760) < 125);
}

TEST_CASE("folds do not part a group") {
  const std::vector<Index> strata(27, 0);
  std::vector<Index> sizes;
  for (const Parts& parts : all_folds(strata, {.test = 0.2, .group = 4})) {
    sizes.push_back(static_cast<Index>(parts.validation.size()));
    for (const auto* part : {&parts.train, &parts.validation, &parts.test}) {
      REQUIRE(part->size() % 4 == 0);
      for (std::size_t i = 0; i < part->size(); ++i) {
        CHECK((*part)[i] == (*part)[i - i % 4] + static_cast<Index>(i % 4));
        CHECK((*part)[i - i % 4] % 4 == 0);
      }
    }
  }
  CHECK(std::accumulate(sizes.begin(), sizes.end(), Index{0}) == 4 * (27 - 5));
  CHECK(spread(sizes) == 4);
}

TEST_CASE("a class of fewer samples than folds is in so many of them") {
  std::vector<Index> strata(40, 0);
  strata[7] = strata[8] = strata[30] = 1;
  strata[11] = 2;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    int with_three = 0, with_one = 0;
    for (const Parts& parts : all_folds(strata, {.test = 0, .seed = seed})) {
      with_three += static_cast<int>(count_of(1, parts.validation, strata));
      CHECK(count_of(1, parts.validation, strata) <= 1);
      CHECK(count_of(1, parts.train, strata) >= 2);
      with_one += static_cast<int>(count_of(2, parts.validation, strata));
      CHECK(count_of(2, parts.validation, strata) + count_of(2, parts.train, strata) == 1);
    }
    CHECK(with_three == 3);
    CHECK(with_one == 1);
  }
}

TEST_CASE("as many folds as samples leave one out at a time, further folds are empty") {
  std::vector<Index> left_out;
  for (const Parts& parts : all_folds({0, 1, 0, 1, 0, 1}, {.folds = 6, .test = 0})) {
    REQUIRE(parts.validation.size() == 1);
    CHECK(parts.train.size() == 5);
    left_out.push_back(parts.validation[0]);
  }
  CHECK(merged({left_out}) == numbers_below(6));
  const std::vector<Parts> parts = all_folds({0, 1, 0}, {.folds = 5, .test = 0});
  CHECK(parts[2].validation.size() == 1);
  CHECK(parts[3].validation.empty());
  CHECK(parts[4].validation.empty());
  CHECK(all_folds({}, {}).at(0).train.empty());
}
