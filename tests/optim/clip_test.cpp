#include "optim/clip.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "core/kernels/reduce.hpp"
#include "tests/catch.hpp"

namespace clino::test {
namespace {

template <class T>
std::vector<T> slow_wave(std::size_t count) {
  std::vector<T> values(count);
  for (std::size_t i = 0; i < count; ++i) {
    values[i] = static_cast<T>(std::sin(static_cast<double>(i + 1)));
  }
  return values;
}

TEMPLATE_TEST_CASE("squared norms of every length", "", float, double) {
  for (const std::size_t count : {0U, 1U, 2U, 31U, 32U, 33U, 4095U, 4096U, 4097U, 10000U}) {
    INFO(count);
    const auto x = slow_wave<TestType>(count);
    auto y = x;
    for (TestType& value : y) value = value * TestType{0.5} + TestType{1};
    long double norm = 0;
    long double distance = 0;
    for (std::size_t i = 0; i < count; ++i) {
      norm += static_cast<long double>(x[i]) * x[i];
      const auto difference = static_cast<long double>(x[i]) - y[i];
      distance += difference * difference;
    }
    CHECK(kernels::squared_norm<TestType>(x) == Approx(static_cast<double>(norm)).epsilon(1e-14));
    // A quick sum: nine roundings of float, and one of each difference, twice.
    const double tolerance = sizeof(TestType) == 4 ? 11 * 0x1p-24 : 1e-14;
    CHECK(squared_distance<TestType>(x, y) ==
          Approx(static_cast<double>(distance)).epsilon(tolerance));
  }
}

TEST_CASE("squares of floats neither overflow nor underflow") {
  CHECK(kernels::squared_norm<float>(std::vector<float>(100, 1e30F)) == Approx(1e62).epsilon(1e-6));
  CHECK(kernels::squared_norm<float>(std::vector<float>(100, 1e-30F)) ==
        Approx(1e-58).epsilon(1e-6));
  CHECK(kernels::squared_norm<float>(std::vector<float>(2, -300.0F)) == 180000.0);
}

TEMPLATE_TEST_CASE("norms of what is not finite are not finite", "", float, double) {
  for (const std::size_t place : {0U, 31U, 32U, 99U}) {
    auto x = slow_wave<TestType>(100);
    x[place] = std::numeric_limits<TestType>::infinity();
    CHECK(std::isinf(kernels::squared_norm<TestType>(x)));
    x[place] = std::numeric_limits<TestType>::quiet_NaN();
    CHECK(std::isnan(kernels::squared_norm<TestType>(x)));
  }
}

TEMPLATE_TEST_CASE("clipping by norm is PyTorch's clip_grad_norm_", "", float, double) {
  std::vector<TestType> gradients = {3, 4};
  const double scale = clip_by_norm<TestType>(gradients, 5.0, 1.0);
  CHECK(scale == Approx(1 / (5 + 1e-6)).epsilon(1e-14));
  CHECK(gradients[0] == Approx(3 * scale).epsilon(1e-7));
  CHECK(gradients[1] == Approx(4 * scale).epsilon(1e-7));

  const auto untouched = gradients;
  CHECK(clip_by_norm<TestType>(gradients, 1.0, 5.0) == 1.0);
  CHECK(gradients == untouched);
  CHECK(clip_by_norm<TestType>({}, 0.0, 5.0) == 1.0);
}

TEMPLATE_TEST_CASE("clipping by a norm that is not finite does what PyTorch does", "", float,
                   double) {
  constexpr auto kNan = std::numeric_limits<TestType>::quiet_NaN();
  constexpr auto kInfinity = std::numeric_limits<TestType>::infinity();
  std::vector<TestType> gradients = {1, kNan, -2};
  CHECK(std::isnan(clip_by_norm<TestType>(gradients, std::nan(""), 1.0)));
  for (const TestType gradient : gradients) CHECK(std::isnan(gradient));

  gradients = {1, kInfinity, -2};
  CHECK(clip_by_norm<TestType>(gradients, HUGE_VAL, 1.0) == 0);
  CHECK(gradients[0] == 0);
  CHECK(std::isnan(gradients[1]));
}

TEMPLATE_TEST_CASE("clipping by value", "", float, double) {
  constexpr auto kInfinity = std::numeric_limits<TestType>::infinity();
  std::vector<TestType> gradients = {-300, -1, -0.5, 0, 0.25, 1, 300, kInfinity, -kInfinity};
  gradients.push_back(std::numeric_limits<TestType>::quiet_NaN());
  clip_by_value<TestType>(gradients, 0.5);
  CHECK(std::isnan(gradients.back()));
  gradients.pop_back();
  const auto half = TestType{0.5};
  CHECK(gradients ==
        std::vector<TestType>{-half, -half, -half, 0, TestType{0.25}, half, half, half, -half});
}

}  // namespace
}  // namespace clino::test
