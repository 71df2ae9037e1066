#include "probe/singular_values.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include "core/random.hpp"
#include "tests/catch.hpp"

namespace clino::test {
namespace {

struct Owned {
  Index rows;
  Index columns;
  std::vector<double> data;

  Owned(Index r, Index c) : rows(r), columns(c), data(static_cast<std::size_t>(r * c)) {}
  double& operator()(Index i, Index j) { return data[static_cast<std::size_t>(i + j * rows)]; }
  Matrix<const double> view() const { return {data.data(), rows, columns}; }
};

std::vector<double> unit_vector(Random& random, Index size) {
  std::vector<double> v(static_cast<std::size_t>(size));
  double square = 0;
  for (double& x : v) {
    x = random.normal();
    square += x * x;
  }
  for (double& x : v) x /= std::sqrt(square);
  return v;
}

/// (1 - 2 u u') diag(s) (1 - 2 v v'), u and v random unit vectors: its singular values are s.
Owned planted(Index rows, Index columns, const std::vector<double>& s, std::uint64_t seed = 1) {
  Random random(seed, stream_id("planted"));
  const std::vector<double> u = unit_vector(random, rows);
  const std::vector<double> v = unit_vector(random, columns);
  const auto reflection = [](const std::vector<double>& w, Index i, Index j) {
    return (i == j ? 1.0 : 0.0) -
           2 * w[static_cast<std::size_t>(i)] * w[static_cast<std::size_t>(j)];
  };
  Owned a(rows, columns);
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < columns; ++j) {
      for (Index k = 0; k < std::ssize(s); ++k) {
        a(i, j) += reflection(u, i, k) * s[static_cast<std::size_t>(k)] * reflection(v, k, j);
      }
    }
  }
  return a;
}

/// Rotates pairs of columns until all are orthogonal (Hestenes 1958), in long double.
std::vector<double> by_rotations(const Owned& matrix) {
  std::vector<std::vector<long double>> columns(static_cast<std::size_t>(matrix.columns));
  for (std::size_t j = 0; j < columns.size(); ++j) {
    const auto column = matrix.view().column(static_cast<Index>(j));
    columns[j].assign(column.begin(), column.end());
  }
  const auto dot = [](const auto& a, const auto& b) {
    long double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
  };
  for (int sweep = 0; sweep < 20; ++sweep) {
    for (std::size_t p = 0; p < columns.size(); ++p) {
      for (std::size_t q = p + 1; q < columns.size(); ++q) {
        const long double c = dot(columns[p], columns[q]);
        const long double angle =
            std::atan2(2 * c, dot(columns[p], columns[p]) - dot(columns[q], columns[q])) / 2;
        for (std::size_t i = 0; i < columns[p].size(); ++i) {
          const long double x = columns[p][i];
          const long double y = columns[q][i];
          columns[p][i] = std::cos(angle) * x + std::sin(angle) * y;
          columns[q][i] = std::cos(angle) * y - std::sin(angle) * x;
        }
      }
    }
  }
  std::vector<double> values;
  for (const auto& column : columns) {
    values.push_back(static_cast<double>(std::sqrt(dot(column, column))));
  }
  std::ranges::sort(values, std::greater<>());
  values.resize(static_cast<std::size_t>(std::min(matrix.rows, matrix.columns)));
  return values;
}

void check_near(const std::vector<double>& found, const std::vector<double>& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    CHECK(found[i] == Approx(expected[i]).epsilon(1e-12).margin(1e-13 * expected[0]));
  }
}

constexpr std::pair<Index, Index> kShapes[] = {{1, 1},   {1, 7},    {7, 1},    {2, 2},    {5, 5},
                                               {6, 5},   {5, 6},    {10, 5},   {3, 40},   {40, 3},
                                               {32, 33}, {64, 128}, {128, 30}, {128, 128}};

}  // namespace

TEST_CASE("singular values are found in any shape, however far apart") {
  for (const auto& [rows, columns] : kShapes) {
    for (const double ratio : {1.0, 0.9, 0.5, 1e-3, 1e-9}) {
      std::vector<double> s(static_cast<std::size_t>(std::min(rows, columns)));
      for (std::size_t k = 0; k < s.size(); ++k) s[k] = 3 * std::pow(ratio, double(k));
      INFO(rows << " x " << columns << ", ratio " << ratio);
      const std::vector<double> found = singular_values(planted(rows, columns, s).view());
      check_near(found, s);
      CHECK(effective_rank(found) == Approx(effective_rank(s)).epsilon(1e-10));
    }
  }
}

TEST_CASE("singular values of random matrices are those that rotations find") {
  for (const auto& [rows, columns] : kShapes) {
    if (rows > 40 || columns > 40) continue;
    Owned a(rows, columns);
    Random random(7, stream_id("shapes"));
    for (double& x : a.data) x = random.normal();
    INFO(rows << " x " << columns);
    check_near(singular_values(a.view()), by_rotations(a));
  }
}

TEST_CASE("size does not matter to singular values") {
  const std::vector<double> s{3, 2, 1e-3, 0};
  for (const double scale : {1e-300, 1e-200, 1e-3, 1.0, 1e200, 1e307}) {
    Owned a = planted(4, 9, s);
    for (double& x : a.data) x *= scale;
    const std::vector<double> found = singular_values(a.view());
    INFO("scale " << scale);
    for (std::size_t i = 0; i < s.size(); ++i) {
      CHECK(found[i] / scale == Approx(s[i]).epsilon(1e-12).margin(1e-14));
    }
    CHECK(effective_rank(found) == Approx(effective_rank(s)).epsilon(1e-12));
  }
}

TEST_CASE("a matrix of zeros, of nothing and of what is not finite") {
  Owned a(3, 5);
  CHECK(singular_values(a.view()) == std::vector<double>{0, 0, 0});
  CHECK(singular_values({nullptr, 0, 5}).empty());
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity(),
                           -std::numeric_limits<double>::infinity()}) {
    for (const std::size_t place : {0U, 7U, 14U}) {
      Owned b = planted(3, 5, {1, 1, 1});
      b.data[place] = bad;
      const std::vector<double> found = singular_values(b.view());
      REQUIRE(found.size() == 3);
      CHECK(std::ranges::all_of(found, [](double s) { return std::isnan(s); }));
      CHECK(std::isnan(effective_rank(found)));
    }
  }
}

TEST_CASE("the effective rank in closed form") {
  using Values = std::vector<double>;
  CHECK(effective_rank(Values{}) == 0);
  CHECK(effective_rank(Values{0, 0}) == 0);
  CHECK(effective_rank(Values{5}) == 1);
  CHECK(effective_rank(Values{5, 0, 0}) == 1);
  CHECK(effective_rank(Values(6, 1e200)) == Approx(6).epsilon(1e-14));
  CHECK(effective_rank(Values(6, 1e308)) == Approx(6).epsilon(1e-14));
  CHECK(effective_rank(Values(6, 1e-300)) == Approx(6).epsilon(1e-14));
  // p = 3/4, 1/4: 4 / 3^(3/4).
  CHECK(effective_rank(Values{3, 1}) == Approx(4 / std::pow(3, 0.75)).epsilon(1e-14));
  CHECK(std::isnan(effective_rank(Values{1, std::nan("")})));
  CHECK(std::isnan(effective_rank(Values{std::nan(""), 1})));
}

TEST_CASE("a larger matrix costs more, whichever way round") {
  CHECK(singular_values_cost(64, 128) == singular_values_cost(128, 64));
  CHECK(singular_values_cost(64, 128) < singular_values_cost(64, 129));
  CHECK(singular_values_cost(64, 128) < singular_values_cost(65, 128));
  CHECK(singular_values_cost(1, 1) > 0);
}

}  // namespace clino::test
