#include "optim/optimizer.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/errors.hpp"
#include "tests/catch.hpp"
#include "tests/optim/cases.hpp"

namespace clino::test {
namespace {

constexpr Index kCount = 2345;  // more than one block, and a rest that fills no vector
constexpr UpdateContext kFirstStep{.learning_rate = 0.01, .step = 0};

template <class T>
std::vector<T> wave(double frequency, Index count = kCount) {
  std::vector<T> values(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<T>(std::sin(frequency * static_cast<double>(i + 1)));
  }
  return values;
}

/// Two segments, with numbers before, between and after them that belong to none.
std::vector<Segment> two_segments() {
  return {{.name = "a", .offset = 3, .rows = 100, .columns = 11},
          {.name = "b", .offset = 1200, .rows = 5, .columns = 200}};
}

template <class T>
void run(Optimizer<T>& optimizer, std::vector<T>& weights, int first, int last, bool logged) {
  const auto segments = two_segments();
  std::vector<double> squares(logged ? segments.size() : 0);
  for (int step = first; step < last; ++step) {
    const UpdateContext context{.learning_rate = 0.01, .step = static_cast<std::uint64_t>(step)};
    optimizer.update(context, weights, std::span<const T>(wave<T>(0.3 + step)), segments, squares);
  }
}

TEMPLATE_TEST_CASE("asking for squared updates does not change a bit", "", float, double) {
  for (const Choice& choice : optimizer_cases()) {
    INFO(title(choice));
    const auto asked = make_optimizer<TestType>(choice, kCount);
    const auto unasked = make_optimizer<TestType>(choice, kCount);
    auto weights = wave<TestType>(1.1);
    auto expected = weights;
    run(*asked, weights, 0, 5, true);
    run(*unasked, expected, 0, 5, false);
    CHECK(weights == expected);
  }
}

TEMPLATE_TEST_CASE("squared updates are those of the weights", "", float, double) {
  // Of floats they are quick sums (core/kernels/reduce.hpp): nine roundings, and one of each
  // difference, twice.
  const double tolerance = sizeof(TestType) == 4 ? 11 * 0x1p-24 : 1e-12;
  const auto segments = two_segments();
  for (const Choice& choice : optimizer_cases()) {
    INFO(title(choice));
    const auto optimizer = make_optimizer<TestType>(choice, kCount);
    auto weights = wave<TestType>(1.1);
    const auto before = weights;
    std::vector<double> squares = {-1, -1};
    optimizer->update(kFirstStep, weights, std::span<const TestType>(wave<TestType>(0.3)), segments,
                      squares);
    for (std::size_t s = 0; s < segments.size(); ++s) {
      long double expected = 0;
      for (Index i = 0; i < segments[s].size(); ++i) {
        const auto k = static_cast<std::size_t>(segments[s].offset + i);
        const auto difference = static_cast<long double>(weights[k]) - before[k];
        expected += difference * difference;
      }
      CHECK(expected > 0);
      CHECK(squares[s] == Approx(static_cast<double>(expected)).epsilon(tolerance));
    }
  }
}

TEMPLATE_TEST_CASE("a weight's update does not depend on its neighbours", "", float, double) {
  // The same numbers in one piece, and in pieces with an optimiser each.
  for (const Choice& choice : optimizer_cases()) {
    INFO(title(choice));
    const auto whole = make_optimizer<TestType>(choice, kCount);
    auto weights = wave<TestType>(1.1);
    auto pieces = weights;
    const std::vector<Index> cuts = {0, 1, 8, 700, 1531, kCount};
    std::vector<std::unique_ptr<Optimizer<TestType>>> optimizers;
    for (std::size_t c = 0; c + 1 < cuts.size(); ++c) {
      optimizers.push_back(make_optimizer<TestType>(choice, cuts[c + 1] - cuts[c]));
    }
    for (std::uint64_t step = 0; step < 3; ++step) {
      const UpdateContext context{.learning_rate = 0.01, .step = step};
      const auto gradients = wave<TestType>(0.3 + static_cast<double>(step));
      whole->update(context, weights, gradients, {}, {});
      for (std::size_t c = 0; c < optimizers.size(); ++c) {
        const auto offset = static_cast<std::size_t>(cuts[c]);
        const auto size = static_cast<std::size_t>(cuts[c + 1] - cuts[c]);
        optimizers[c]->update(context, std::span(pieces).subspan(offset, size),
                              std::span(gradients).subspan(offset, size), {}, {});
      }
    }
    CHECK(weights == pieces);
  }
}

TEMPLATE_TEST_CASE("no gradient and no decay leave the weights", "", float, double) {
  for (Choice choice : optimizer_cases()) {
    choice.options["weight_decay"] = 0.0;
    INFO(title(choice));
    const auto optimizer = make_optimizer<TestType>(choice, kCount);
    auto weights = wave<TestType>(1.1);
    const auto expected = weights;
    const std::vector<TestType> zeros(weights.size());
    optimizer->update(kFirstStep, weights, zeros, {}, {});
    CHECK(weights == expected);
    run(*optimizer, weights, 0, 1, false);
    CHECK(weights != expected);
  }
}

TEMPLATE_TEST_CASE("a learning rate of 0 leaves the weights", "", float, double) {
  for (const Choice& choice : optimizer_cases()) {
    INFO(title(choice));
    const auto optimizer = make_optimizer<TestType>(choice, kCount);
    auto weights = wave<TestType>(1.1);
    const auto expected = weights;
    optimizer->update({.learning_rate = 0}, weights, std::span<const TestType>(wave<TestType>(2)),
                      {}, {});
    CHECK(weights == expected);
  }
}

TEMPLATE_TEST_CASE("without a learning rate an update takes the optimiser's own", "", float,
                   double) {
  for (Choice choice : optimizer_cases()) {
    INFO(title(choice));
    const auto moved = [&](std::optional<double> rate) {
      auto weights = wave<TestType>(1.1);
      make_optimizer<TestType>(choice, kCount)
          ->update({.learning_rate = rate}, weights, std::span<const TestType>(wave<TestType>(2)),
                   {}, {});
      return weights;
    };
    choice.options.erase("learning_rate");
    const Choice completed = complete(optimizer_catalogue(), choice, "optimizer");
    const auto by_default = moved(std::nullopt);
    CHECK(by_default == moved(completed.get<double>("learning_rate")));
    choice.options["learning_rate"] = 0.25;
    CHECK(moved(std::nullopt) == moved(0.25));
    CHECK(moved(std::nullopt) != by_default);
  }
}

TEMPLATE_TEST_CASE("weight decay shrinks every weight", "", float, double) {
  for (const CatalogueEntry& entry : optimizer_catalogue()) {
    INFO(entry.name);
    const Choice choice{.type = entry.name, .options = {{"weight_decay", 0.1}}};
    const auto optimizer = make_optimizer<TestType>(choice, kCount);
    auto weights = wave<TestType>(1.1);
    const auto before = weights;
    const std::vector<TestType> zeros(weights.size());
    optimizer->update({.learning_rate = 1e-4}, weights, zeros, {}, {});
    for (std::size_t i = 0; i < weights.size(); ++i) {
      if (std::abs(weights[i]) >= std::abs(before[i])) FAIL("weight " << i << " did not shrink");
    }
  }
}

TEMPLATE_TEST_CASE("saved state continues as if nothing had happened", "", float, double) {
  for (const Choice& choice : optimizer_cases()) {
    INFO(title(choice));
    const auto optimizer = make_optimizer<TestType>(choice, kCount);
    auto weights = wave<TestType>(1.1);
    run(*optimizer, weights, 0, 4, false);
    const auto resumed = make_optimizer<TestType>(choice, kCount);
    auto resumed_weights = weights;
    const auto from = optimizer->state();
    const auto to = resumed->state();
    REQUIRE(from.size() == to.size());
    for (std::size_t k = 0; k < from.size(); ++k) {
      CHECK(from[k].name == to[k].name);
      REQUIRE(from[k].values.size() == static_cast<std::size_t>(kCount));
      std::ranges::copy(from[k].values, to[k].values.begin());
    }
    run(*optimizer, weights, 4, 7, false);
    run(*resumed, resumed_weights, 4, 7, false);
    CHECK(weights == resumed_weights);
  }
}

TEMPLATE_TEST_CASE("extreme gradients stay with their weights", "", float, double) {
  constexpr auto kNan = std::numeric_limits<TestType>::quiet_NaN();
  constexpr auto kInfinity = std::numeric_limits<TestType>::infinity();
  for (const Choice& choice : optimizer_cases()) {
    INFO(title(choice));
    const auto optimizer = make_optimizer<TestType>(choice, 8);
    std::vector<TestType> weights(8, TestType{1});
    const std::vector<TestType> gradients = {300, -300, 0, kNan, kInfinity, -kInfinity, 1, -1};
    for (std::uint64_t step = 0; step < 3; ++step) {
      optimizer->update({.learning_rate = 0.01, .step = step}, weights, gradients, {}, {});
    }
    for (const std::size_t i : {0U, 1U, 2U, 6U, 7U}) CHECK(std::isfinite(weights[i]));
    CHECK(weights[0] < 1);
    CHECK(weights[1] > weights[2]);
    for (const std::size_t i : {3U, 4U, 5U}) {
      bool visible = !std::isfinite(weights[i]);
      for (const auto& state : optimizer->state()) visible |= !std::isfinite(state.values[i]);
      CHECK(visible);
    }
  }
}

TEST_CASE("an optimiser of nothing does nothing") {
  for (const Choice& choice : optimizer_cases()) {
    const auto optimizer = make_optimizer<float>(choice, 0);
    optimizer->update(kFirstStep, {}, {}, {}, {});
    for (const auto& state : optimizer->state()) CHECK(state.values.empty());
  }
}

TEST_CASE("wrong sizes and wrong options are refused") {
  const auto optimizer = make_optimizer<double>({.type = "adam"}, 3);
  std::vector<double> three(3);
  std::vector<double> two(2);
  CHECK_THROWS_AS(optimizer->update(kFirstStep, two, three, {}, {}), UsageError);
  CHECK_THROWS_AS(optimizer->update(kFirstStep, three, two, {}, {}), UsageError);
  CHECK_THROWS_AS(optimizer->update(kFirstStep, three, three, two_segments(), three), UsageError);
  CHECK_THROWS_AS(make_optimizer<double>({.type = "adamm"}, 3), UsageError);
  CHECK_THROWS_AS(make_optimizer<double>({.type = "sgd", .options = {{"beta1", 0.5}}}, 3),
                  UsageError);
  CHECK_THROWS_AS(make_optimizer<double>({.type = "sgd", .options = {{"momentum", 1.0}}}, 3),
                  UsageError);
  CHECK_THROWS_AS(make_optimizer<double>({.type = "sgd", .options = {{"nesterov", true}}}, 3),
                  UsageError);
}

TEST_CASE("defaults are those of PyTorch and of the paper on Lion") {
  const std::map<std::string, std::map<std::string, double>> expected = {
      {"sgd", {{"learning_rate", 1e-3}, {"momentum", 0}, {"weight_decay", 0}}},
      {"rmsprop", {{"learning_rate", 1e-2}, {"rho", .99}, {"epsilon", 1e-8}, {"momentum", 0}}},
      {"adagrad", {{"learning_rate", 1e-2}, {"epsilon", 1e-10}, {"weight_decay", 0}}},
      {"adam", {{"learning_rate", 1e-3}, {"beta1", .9}, {"beta2", .999}, {"epsilon", 1e-8}}},
      {"adamw", {{"learning_rate", 1e-3}, {"beta2", .999}, {"weight_decay", .01}}},
      {"lion", {{"learning_rate", 1e-4}, {"beta1", .9}, {"beta2", .99}, {"weight_decay", 0}}}};
  REQUIRE(optimizer_catalogue().size() == expected.size());
  for (const auto& [type, options] : expected) {
    const Choice choice = complete(optimizer_catalogue(), {.type = type}, "optimizer");
    for (const auto& [name, value] : options) {
      INFO(type << " " << name);
      CHECK(choice.get<double>(name) == value);
    }
  }
}

}  // namespace
}  // namespace clino::test
