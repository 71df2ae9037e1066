#include <cmath>

#include "optim/optimizer.hpp"
#include "tests/catch.hpp"
#include "tests/golden.hpp"
#include "tests/optim/cases.hpp"
#include "tests/optim/reference.hpp"

namespace clino::test {
namespace {

TEST_CASE("optimisers follow PyTorch's trajectories") {
  constexpr int kSteps = 20;
  const auto cases = read_golden("optim/optimizers.golden");
  REQUIRE(cases.size() == 12);
  for (const GoldenCase& golden : cases) {
    INFO(golden.title);
    REQUIRE(golden.rows.size() == 4);
    const Choice choice = complete(optimizer_catalogue(), golden.choice, "optimizer");
    const auto optimizer = make_optimizer<double>(choice, 5);
    std::vector<double> weights = {1.0, -0.5, 0.25, 3.0, -2.0};
    std::vector<double> gradients(weights.size());
    auto row = golden.rows.begin();
    for (int step = 0; step < kSteps; ++step) {
      for (int i = 0; i < 5; ++i) {
        const auto k = static_cast<std::size_t>(i);
        gradients[k] = weights[k] * 0.5 + ((7 * step + 3 * i) % 11 - 5) / 16.0;
      }
      const double rate = choice.get<double>("learning_rate") * (1 - step / 32.0);
      optimizer->update({rate, static_cast<std::uint64_t>(step)}, weights, gradients, {}, {});
      if (step != 0 && step != 1 && step != 4 && step != kSteps - 1) continue;
      for (std::size_t k = 0; k < weights.size(); ++k) {
        INFO("step " << step << " weight " << k);
        CHECK(weights[k] == Approx(row->at(k)).epsilon(1e-12).margin(1e-14));
      }
      ++row;
    }
  }
}

// The count: more than one block, and a rest that fills no vector.
template <class T>
void check_against_reference(const Choice& choice, double tolerance) {
  INFO(title(choice));
  constexpr std::size_t kCount = 2345;
  constexpr int kSteps = 8;
  std::vector<T> weights(kCount);
  std::vector<T> gradients(kCount);
  std::vector<ReferenceWeight> reference;
  for (std::size_t i = 0; i < kCount; ++i) {
    weights[i] = static_cast<T>(std::sin(static_cast<double>(i)));
    reference.emplace_back(choice, static_cast<long double>(weights[i]));
  }
  const auto optimizer = make_optimizer<T>(choice, static_cast<Index>(kCount));
  double worst = 0;
  for (int step = 0; step < kSteps; ++step) {
    const double rate = 0.01 * (1 + step % 3);
    for (std::size_t i = 0; i < kCount; ++i) {
      gradients[i] = static_cast<T>(3 * std::cos(1.7 * static_cast<double>(i) + step));
      reference[i].update(rate, step, static_cast<long double>(gradients[i]));
    }
    optimizer->update({rate, static_cast<std::uint64_t>(step)}, weights, gradients, {}, {});
    for (std::size_t i = 0; i < kCount; ++i) {
      const auto error =
          static_cast<double>(weights[i]) - static_cast<double>(reference[i].weight());
      worst = std::max(worst, std::abs(error));
    }
  }
  CHECK(worst < tolerance);
  CHECK(std::abs(weights[7] - static_cast<T>(std::sin(7.0))) > 0.001);  // it did move
}

TEST_CASE("optimisers agree with a plain reference in long double") {
  for (const Choice& choice : optimizer_cases()) {
    check_against_reference<double>(choice, 1e-13);
    check_against_reference<float>(choice, 2e-5);
  }
}

TEST_CASE("Adam's bias correction depends on the step that is passed in") {
  // In a first step m / (1 - beta1) = g and sqrt(v / (1 - beta2)) = |g|: the step is the rate.
  const auto moved = [](std::uint64_t step) {
    const auto optimizer = make_optimizer<double>({.type = "adam"}, 1);
    std::vector<double> weight = {0};
    optimizer->update({0.1, step}, weight, std::vector<double>{5.0}, {}, {});
    return weight[0];
  };
  CHECK(moved(0) == Approx(-0.1).epsilon(1e-8));
  // Without correction: 0.1 * 0.1 * 5 / (sqrt(0.001) * 5).
  CHECK(moved(1'000'000) == Approx(-0.1 * 0.1 / std::sqrt(0.001)).epsilon(1e-6));
}

}  // namespace
}  // namespace clino::test
