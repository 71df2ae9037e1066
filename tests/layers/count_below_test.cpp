#include "layers/activations/count_below.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "core/random.hpp"
#include "layers/activations/lecun_tanh.hpp"
#include "layers/activations/relu.hpp"
#include "layers/activations/sigmoid.hpp"
#include "layers/activations/tanh.hpp"
#include "tests/catch.hpp"

namespace clino::test {
namespace {

/// Holds the count and the units against the slope of each element by itself.
template <class A, class T>
void check_set(const std::vector<T>& x, Index rows, T threshold) {
  const Matrix<const T> block{x.data(), rows, static_cast<Index>(x.size()) / rows};
  Index expected = 0;
  std::vector<unsigned char> expected_alive(static_cast<std::size_t>(rows));
  for (Index j = 0; j < block.columns; ++j) {
    for (Index i = 0; i < rows; ++i) {
      const bool low = std::abs(measured_slope(A{}, block(i, j))) < threshold;
      expected += low ? 1 : 0;
      if (!low) expected_alive[static_cast<std::size_t>(i)] = 1;
    }
  }
  Index below = 0;
  std::vector<unsigned char> alive(static_cast<std::size_t>(rows), 7);
  detail::count_below(A{}, block, threshold, std::span(alive), below);
  CHECK(below == expected);
  CHECK(alive == expected_alive);
}

template <class A, class T>
void check_around_the_edge() {
  const auto largest = static_cast<double>(measured_slope(A{}, T{0}));
  int short_cuts = 0;
  for (const double share : {1e-30, 1e-20, 1e-7, 1e-3, 0.01, 0.1, 0.5, 0.9, 0.999, 1.0, 1.5, 0.0}) {
    const auto threshold = static_cast<T>(share * largest);
    short_cuts += detail::falling_edge(A{}, threshold) > 0 ? 1 : 0;
    const double edge = A::slope_falls_to(static_cast<double>(threshold));
    std::vector<T> x{T{0},
                     T{300},
                     T{-300},
                     std::numeric_limits<T>::infinity(),
                     -std::numeric_limits<T>::infinity(),
                     std::numeric_limits<T>::quiet_NaN(),
                     std::numeric_limits<T>::max(),
                     std::numeric_limits<T>::lowest()};
    if (std::isfinite(edge)) {
      // The neighbours of the edge one by one, then further and further away.
      for (const T sign : {T{1}, T{-1}}) {
        for (const T towards : {T{0}, T{1000}}) {
          T near = sign * static_cast<T>(edge);
          for (int i = 0; i < 3000; ++i) {
            x.push_back(near);
            near = std::nextafter(near, sign * towards);
          }
        }
        for (double distance = 1e-6; distance < 0.5; distance *= 1.02) {
          x.push_back(sign * static_cast<T>(edge * (1 + distance)));
          x.push_back(sign * static_cast<T>(edge * (1 - distance)));
        }
      }
    }
    Random random(1, stream_id("count_below_test"));
    while (x.size() % 1000 != 0) x.push_back(static_cast<T>(10 * random.normal()));
    INFO(A::name << ", " << share << " of the largest slope, edge " << edge);
    for (const Index rows : {1, 8, 1000}) check_set<A, T>(x, rows, threshold);
  }
  CHECK(short_cuts >= 4);
}

}  // namespace

TEMPLATE_TEST_CASE("what saturates is found without the slope, and is the same set", "", float,
                   double) {
  check_around_the_edge<Sigmoid, TestType>();
  check_around_the_edge<Tanh, TestType>();
  check_around_the_edge<LecunTanh, TestType>();
}

TEMPLATE_TEST_CASE("what is off is found by its sign, and is the same set", "", float, double) {
  using Limits = std::numeric_limits<TestType>;
  Random random(1, stream_id("count_below_test"));
  std::vector<TestType> x{0,   -TestType{0}, Limits::denorm_min(), -Limits::denorm_min(),
                          300, -300,         Limits::infinity(),   -Limits::infinity()};
  while (x.size() < 2000) x.push_back(static_cast<TestType>(random.normal()));
  for (const double threshold : {0.0, 1e-30, 1e-3, 1.0, 1.5}) {
    for (const Index rows : {1, 8, 1000}) {
      check_set<Relu, TestType>(x, rows, static_cast<TestType>(threshold));
    }
  }
  // What is no number is not off, though it has no slope.
  const TestType nan = Limits::quiet_NaN();
  Index below = 0;
  unsigned char alive = 0;
  detail::count_below(Relu{}, Matrix<const TestType>{&nan, 1, 1}, static_cast<TestType>(1e-3),
                      std::span(&alive, 1), below);
  CHECK(below == 0);
  CHECK(alive == 1);
}

TEST_CASE("a slope has fallen to the threshold where it says") {
  for (const double threshold : {1e-20, 1e-5, 1e-3, 0.1, 0.2}) {
    CHECK(measured_slope(Sigmoid{}, Sigmoid::slope_falls_to(threshold)) ==
          Approx(threshold).epsilon(1e-10));
    CHECK(measured_slope(Tanh{}, Tanh::slope_falls_to(threshold)) ==
          Approx(threshold).epsilon(1e-10));
    CHECK(measured_slope(LecunTanh{}, LecunTanh::slope_falls_to(threshold)) ==
          Approx(threshold).epsilon(1e-10));
  }
}

TEST_CASE("marks are counted in any number") {
  Random random(1, stream_id("marks"));
  for (Index size = 0; size <= 1020; ++size) {
    std::vector<unsigned char> marks(static_cast<std::size_t>(size), 1);
    CHECK(detail::count_marks(marks.data(), size) == size);
    Index expected = 0;
    for (unsigned char& mark : marks) {
      mark = static_cast<unsigned char>(random.below(2));
      expected += mark;
    }
    CHECK(detail::count_marks(marks.data(), size) == expected);
  }
}

}  // namespace clino::test
