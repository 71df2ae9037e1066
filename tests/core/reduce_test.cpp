#include "core/kernels/reduce.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "core/random.hpp"
#include "tests/catch.hpp"

namespace clino::test {

TEMPLATE_TEST_CASE("sums of elements have the order of sums by index", "", float, double) {
  // Every way in which a length can miss whole packs, lanes and blocks. Numbers of eight bits:
  // squares and their sums are exact, so that only a wrong element can make a difference.
  for (const std::size_t size : {0,  1,  2,  3,   4,   5,    31,   32,   33,   36,   39,
                                 63, 64, 65, 127, 640, 4095, 4096, 4097, 4133, 8192, 10007}) {
    Random random(1, stream_id("reduce_test"));
    std::vector<TestType> x(size);
    std::vector<TestType> y(size);
    for (TestType& v : x) v = static_cast<TestType>(std::round(random.uniform(-128, 128)));
    for (TestType& v : y) v = static_cast<TestType>(std::round(random.uniform(-128, 128)));
    const auto expected = kernels::sums<2>(size, [&](std::size_t i) {
      return std::array<double, 2>{double(x[i]) * double(y[i]), double(x[i]) - 3};
    });
    const auto found = kernels::element_sums<2>(
        [](auto* terms, auto a, auto b) {
          terms[0] = a * b;
          terms[1] = a - 3.0;
        },
        size, x.data(), y.data());
    INFO("size " << size);
    CHECK(found == expected);
  }
}

TEMPLATE_TEST_CASE("quick sums leave out no element and count none twice", "", float, double) {
  // Small whole numbers: no float is rounded, so that only a wrong element can make a difference.
  for (const std::size_t size : {0, 1, 63, 64, 511, 512, 513, 575, 1024, 4096, 4097, 10007}) {
    Random random(1, stream_id("reduce_test"));
    std::vector<TestType> x(size);
    std::vector<TestType> y(size);
    for (TestType& v : x) v = static_cast<TestType>(std::round(random.uniform(-128, 128)));
    for (TestType& v : y) v = static_cast<TestType>(std::round(random.uniform(-128, 128)));
    const auto term = [](auto* terms, auto a, auto b) {
      terms[0] = a * b;
      terms[1] = a - 3;
    };
    INFO("size " << size);
    CHECK(kernels::quick_sums<2>(term, size, x.data(), y.data()) ==
          kernels::element_sums<2>(term, size, x.data(), y.data()));
  }
}

TEST_CASE("quick sums of squares are within eleven roundings of float") {
  for (const std::size_t size : {512U, 5000U, 100'000U}) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      Random random(seed, stream_id("reduce_test"));
      std::vector<float> x(size);
      for (float& v : x) v = static_cast<float>(std::exp(3 * random.normal()) * random.normal());
      const auto square = [](auto* terms, auto a) { terms[0] = a * a; };
      const double found = kernels::quick_sums<1>(square, size, x.data())[0];
      CHECK(found == Approx(kernels::squared_norm<float>(x)).epsilon(11 * 0x1p-24));
    }
  }
}

TEST_CASE("sums of squares hold at every size of their elements") {
  const auto same = [](auto x) { return x; };
  for (int exponent = -140; exponent <= 120; exponent += 5) {
    for (const bool sparse : {false, true}) {
      Random random(3, stream_id("reduce_test"));
      std::vector<float> x(5000);
      for (float& v : x) {
        v = std::ldexp(static_cast<float>(random.normal()), exponent);
        // Zeros where the scale is looked for, among others.
        if (sparse && (&v - x.data()) % 5 == 0) v = 0;
      }
      INFO("2^" << exponent << (sparse ? ", sparse" : ""));
      const double expected = kernels::squared_norm<float>(x);
      CHECK(kernels::sum_of_squares(same, x.size(), x.data()) ==
            Approx(expected).epsilon(11 * 0x1p-24));
      const std::vector<float> zero(x.size(), 0);
      const auto difference = [](auto a, auto b) { return a - b; };
      CHECK(kernels::sum_of_squares(difference, x.size(), x.data(), zero.data()) ==
            Approx(expected).epsilon(11 * 0x1p-24));
      CHECK(kernels::sum_of_squares(difference, x.size(), x.data(), x.data()) == 0);
    }
  }
}

TEMPLATE_TEST_CASE("sums of squares are those of long double", "", float, double) {
  for (const std::size_t size : {1, 7, 100, 5000}) {
    Random random(2, stream_id("reduce_test"));
    std::vector<TestType> x(size);
    long double expected = 0;
    for (TestType& v : x) {
      v = static_cast<TestType>(random.normal());
      expected += static_cast<long double>(v) * v;
    }
    CHECK(kernels::squared_norm<TestType>(x) == Approx(double(expected)).epsilon(1e-14));
  }
}

TEST_CASE("one element that is not finite makes a sum so, wherever it stands") {
  for (const std::size_t size : {1U, 35U, 70U, 4100U}) {
    for (std::size_t place = 0; place < size; place += 1 + size / 40) {
      std::vector<float> x(size, 1);
      x[place] = std::numeric_limits<float>::quiet_NaN();
      CHECK(std::isnan(kernels::squared_norm<float>(x)));
      x[place] = -std::numeric_limits<float>::infinity();
      CHECK(std::isinf(kernels::squared_norm<float>(x)));
    }
  }
}

}  // namespace clino::test
