#include "core/quadrature.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "core/errors.hpp"
#include "tests/catch.hpp"

using namespace clino;

TEST_CASE("Gaussian means of powers are the double factorials", "[quadrature]") {
  for (const double q : {1e-6, 0.25, 1.0, 30.0, 1e4}) {
    double expected = 1;  // E x^2k = q^k (2k - 1)!!
    for (int k = 0; k <= 6; ++k) {
      const auto power = [k](double x) { return std::pow(x, 2 * k); };
      INFO("q = " << q << ", power " << 2 * k);
      CHECK(gaussian_mean(power, q) == Approx(expected).epsilon(1e-12));
      expected *= q * (2 * k + 1);
    }
    CHECK(std::abs(gaussian_mean([](double x) { return x * x * x; }, q)) <=
          1e-13 * std::pow(q, 1.5));
  }
}

TEST_CASE("Gaussian means of exponentials and of Phi", "[quadrature]") {
  CHECK(gaussian_mean([](double x) { return std::exp(x); }, 1) ==
        Approx(std::exp(0.5)).epsilon(1e-13));
  // E Phi(b + x) = Phi(b / sqrt(1 + q)); Phi is steep on the scale of z where q is large.
  const auto phi = [](double x) { return std::erfc(-x * std::sqrt(0.5)) / 2; };
  for (const double q : {0.01, 1.0, 103.0, 1e4}) {
    for (const double b : {-1.0, 0.0, 0.3}) {
      INFO("q = " << q << ", b = " << b);
      CHECK(gaussian_mean([&](double x) { return phi(b + x); }, q) ==
            Approx(phi(b / std::sqrt(1 + q))).epsilon(1e-12));
    }
  }
}

TEST_CASE("panels end at the kinks", "[quadrature]") {
  // P(x > k) of a step at k, and E max(x - k, 0) = phi(k) - k (1 - Phi(k)).
  for (const double k : {0.0, 0.123456, -1.7, 3.0}) {
    const std::array<double, 1> kinks = {k};
    const double above = std::erfc(k * std::sqrt(0.5)) / 2;
    const double density = std::exp(-k * k / 2) / std::sqrt(2 * std::numbers::pi);
    INFO("k = " << k);
    CHECK(gaussian_mean([k](double x) { return x > k ? 1.0 : 0.0; }, 1, kinks) ==
          Approx(above).epsilon(1e-13));
    CHECK(gaussian_mean([k](double x) { return x > k ? x - k : 0.0; }, 1, kinks) ==
          Approx(density - k * above).epsilon(1e-12));
  }
  // Without being told of it, a step between panel ends cannot be met.
  const auto step = [](double x) { return x > 0.123456 ? 1.0 : 0.0; };
  CHECK(std::abs(gaussian_mean(step, 1) - std::erfc(0.123456 * std::sqrt(0.5)) / 2) > 1e-6);
}

TEST_CASE("a Gaussian without variance is a point", "[quadrature]") {
  CHECK(gaussian_mean([](double x) { return x + 3; }, 0) == 3);
  const auto one = [](double /*x*/) { return 1.0; };
  CHECK_THROWS_AS(gaussian_mean(one, -1), UsageError);
  CHECK_THROWS_AS(gaussian_mean(one, std::numeric_limits<double>::quiet_NaN()), UsageError);
  CHECK_THROWS_AS(gaussian_mean(one, std::numeric_limits<double>::infinity()), UsageError);
}
