#include "core/kernels/gemm.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/random.hpp"
#include "tests/catch.hpp"

using namespace clino;

namespace {

/// A random matrix with its numbers.
template <class T>
struct Sample {
  std::vector<T> numbers;
  Matrix<T> view;

  Sample(Random& random, Index rows, Index columns)
      : numbers(static_cast<std::size_t>(rows * columns)), view{numbers.data(), rows, columns} {
    for (T& x : numbers) x = static_cast<T>(random.normal());
  }
};

template <class T>
T element(const kernels::Operand<T>& m, Index i, Index j) {
  return m.transposed ? m.matrix(j, i) : m.matrix(i, j);
}

/// |computed - exact| <= (k + 1) eps sum |a b|: the bound of any order of summation.
template <class T>
bool agrees(const kernels::Operand<T>& a, const kernels::Operand<T>& b, const Matrix<T>& start,
            const Matrix<T>& c) {
  const Index inner = a.columns();
  for (Index i = 0; i < c.rows; ++i) {
    for (Index j = 0; j < c.columns; ++j) {
      long double exact = start(i, j);
      long double magnitude = std::abs(start(i, j));
      for (Index k = 0; k < inner; ++k) {
        const long double term = static_cast<long double>(element(a, i, k)) * element(b, k, j);
        exact += term;
        magnitude += std::abs(term);
      }
      const long double bound =
          static_cast<long double>(inner + 2) * std::numeric_limits<T>::epsilon() * magnitude;
      if (std::abs(exact - c(i, j)) > bound) return false;
    }
  }
  return true;
}

template <class T>
void check_shape(Random& random, Index m, Index n, Index k) {
  for (int form = 0; form < 8; ++form) {
    const bool ta = (form & 1) != 0;
    const bool tb = (form & 2) != 0;
    const bool accumulate = (form & 4) != 0;
    Sample<T> a(random, ta ? k : m, ta ? m : k);
    Sample<T> b(random, tb ? n : k, tb ? k : n);
    Sample<T> c(random, m, n);
    const Sample<T> start = c;
    std::vector<T> zeros(c.numbers.size(), T{0});
    const Matrix<T> from = accumulate ? Matrix<T>{const_cast<T*>(start.numbers.data()), m, n}
                                      : Matrix<T>{zeros.data(), m, n};
    const kernels::Operand<T> left{.matrix = a.view, .transposed = ta};
    const kernels::Operand<T> right{.matrix = b.view, .transposed = tb};
    std::vector<T> scratch(static_cast<std::size_t>(kernels::scratch_size(m, k)));
    INFO(m << " x " << n << " x " << k << " form " << form);
    kernels::multiply(left, right, c.view, accumulate, std::span<T>(scratch));
    CHECK(agrees(left, right, from, c.view));
  }
}

}  // namespace

TEMPLATE_TEST_CASE("products agree with the definition on all small shapes", "", float, double) {
  Random random(1, stream_id("gemm"));
  for (Index m = 1; m <= 33; ++m) {
    for (Index n = 1; n <= 33; ++n) {
      check_shape<TestType>(random, m, n, 1 + static_cast<Index>(random.below(33)));
    }
  }
  for (const Index k : {1, 2, 3, 8, 17, 32, 33}) {
    for (const Index m : {1, 4, 16, 17}) check_shape<TestType>(random, m, 9, k);
  }
}

TEMPLATE_TEST_CASE("products agree with the definition at the edges of tiles", "", float, double) {
  Random random(2, stream_id("gemm"));
  for (const Index m : {31, 32, 33, 47, 63, 65}) {
    for (const Index n : {1, 7, 8, 9, 15, 17}) check_shape<TestType>(random, m, n, 33);
  }
  for (int shape = 0; shape < 20; ++shape) {
    const auto size = [&] { return 1 + static_cast<Index>(random.below(130)); };
    check_shape<TestType>(random, size(), size(), size());
  }
}

TEMPLATE_TEST_CASE("products of several parts agree with the definition", "", float, double) {
  Random random(7, stream_id("gemm"));
  check_shape<TestType>(random, 70, 261, 550);  // two of the inner index, two of the right columns
  check_shape<TestType>(random, 290, 13, 20);   // a right factor that is copied as it stands
}

// The scratch goes by the left factor, which here is a row: the samples take its place.
TEMPLATE_TEST_CASE("a row times any number of columns stays within its scratch", "", float,
                   double) {
  Random random(8, stream_id("gemm"));
  for (const Index columns : {64, 257, 1025, 5000}) {
    for (const Index inner : {1, 2, 16, 600}) check_shape<TestType>(random, 1, columns, inner);
  }
}

TEMPLATE_TEST_CASE("large products agree with the definition", "[slow]", float, double) {
  Random random(3, stream_id("gemm"));
  // Left factors that are copied in parts: several of them in rows, in the inner index, in both.
  check_shape<TestType>(random, 300, 20, 1030);
  check_shape<TestType>(random, 600, 3, 500);
  check_shape<TestType>(random, 1, 9, 300000);
  check_shape<TestType>(random, 131, 2, 2100);
  check_shape<TestType>(random, 3, 5, 100000);
}

TEMPLATE_TEST_CASE("a bias is added to every column", "", float, double) {
  Random random(4, stream_id("gemm"));
  for (const auto& [m, k] : {std::pair<Index, Index>{5, 3}, {33, 16}, {1100, 1000}}) {
    Sample<TestType> a(random, m, k);
    Sample<TestType> b(random, k, 6);
    Sample<TestType> bias(random, m, 1);
    Sample<TestType> c(random, m, 6);
    std::vector<TestType> start;
    for (Index j = 0; j < 6; ++j) {
      start.insert(start.end(), bias.numbers.begin(), bias.numbers.end());
    }
    std::vector<TestType> scratch(static_cast<std::size_t>(kernels::scratch_size(m, k)));
    kernels::multiply_add_bias<TestType>(a.view, b.view, bias.view, c.view, scratch);
    CHECK(agrees<TestType>({a.view, false}, {b.view, false}, {start.data(), m, 6}, c.view));
  }
}

TEMPLATE_TEST_CASE("row sums are added to what is there", "", float, double) {
  Random random(6, stream_id("gemm"));
  for (Index rows = 1; rows <= 70; ++rows) {
    for (const Index columns : {1, 3, 32}) {
      Sample<TestType> m(random, rows, columns);
      Sample<TestType> sums(random, rows, 1);
      const Sample<TestType> before = sums;
      kernels::row_sums<TestType>(m.view, sums.view, true, {0, rows});
      for (Index i = 0; i < rows; ++i) {
        long double exact = before.numbers[static_cast<std::size_t>(i)];
        long double magnitude = std::abs(exact);
        for (Index j = 0; j < columns; ++j) {
          exact += m.view(i, j);
          magnitude += std::abs(m.view(i, j));
        }
        CHECK(std::abs(static_cast<double>(exact - sums.view(i, 0))) <=
              static_cast<double>(magnitude) * static_cast<double>(columns + 1) *
                  static_cast<double>(std::numeric_limits<TestType>::epsilon()));
      }
    }
  }
}

TEST_CASE("an inner dimension of zero gives zeros, or leaves the sum as it is") {
  std::vector<float> c{1, 2, 3, 4};
  float none = 0;
  const Matrix<const float> a{&none, 2, 0};
  const Matrix<const float> b{&none, 0, 2};
  std::vector<float> scratch(static_cast<std::size_t>(kernels::scratch_size(2, 0)));
  kernels::multiply(kernels::plain(a), kernels::plain(b), Matrix<float>{c.data(), 2, 2}, true,
                    std::span<float>(scratch));
  CHECK(c == std::vector<float>{1, 2, 3, 4});
  kernels::multiply(kernels::plain(a), kernels::plain(b), Matrix<float>{c.data(), 2, 2}, false,
                    std::span<float>(scratch));
  CHECK(c == std::vector<float>{0, 0, 0, 0});
}

TEMPLATE_TEST_CASE("a column of a product does not depend on its neighbours", "", float, double) {
  // What makes a sample's prediction the same in any batch, whatever the size of the layer.
  Random random(5, stream_id("gemm"));
  for (const auto& [m, k] : {std::pair<Index, Index>{37, 19}, {600, 500}, {129, 2100}}) {
    Sample<TestType> a(random, m, k);
    Sample<TestType> b(random, k, 21);
    Sample<TestType> all(random, m, 21);
    Sample<TestType> one(random, m, 1);
    std::vector<TestType> scratch(static_cast<std::size_t>(kernels::scratch_size(m, k)));
    const auto multiply = [&](const Matrix<const TestType>& right, const Matrix<TestType>& c) {
      kernels::multiply<TestType>(kernels::plain<TestType>(a.view), kernels::plain(right), c, false,
                                  scratch);
    };
    multiply(b.view, all.view);
    for (Index j = 0; j < 21; ++j) {
      multiply({b.view.data + k * j, k, 1}, one.view);
      CHECK(std::ranges::equal(one.view.elements(), all.view.column(j)));
    }
  }
}

TEST_CASE("a bias gradient over many samples keeps its digits") {
  // Plain float sums of a million tenths are off by 1 %. Blocks of 128 are within 128 roundings of
  // half a unit, and what is added to them in double is exact beside that.
  const std::vector<float> ones(4 * 1000000, 0.1F);
  std::vector<float> sums(4);
  kernels::row_sums<float>({ones.data(), 4, 1000000}, {sums.data(), 4, 1}, true, {0, 4});
  for (const float sum : sums) CHECK(std::abs(sum / 1e5 - 1) < 129 * 0x1p-24);
}
