#include <cmath>
#include <limits>

#include "core/random.hpp"
#include "tests/catch.hpp"
#include "tests/layers/activation_reference.hpp"

using namespace clino;

namespace {

constexpr Exact kStep = 0x1p-13L;

/// Points over every scale: a grid, +-300, and random ones.
std::vector<double> sample() {
  std::vector<double> points = {300, -300, 1e-8, -1e-8, 1e-300, -1e-300, 0};
  for (int i = -320; i <= 320; ++i) points.push_back(i / 8.0);
  Random random(1, stream_id("activation_test"));
  for (int i = 0; i < 500; ++i) points.push_back(3 * random.normal());
  return points;
}

/// Units in the last place, and for a tail e^-v what two roundings of v cost. Subnormal results may
/// be flushed.
bool close(double found, Exact expected) {
  constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
  const Exact size = std::abs(expected) + std::numeric_limits<double>::min();
  return std::abs(found - expected) <= size * kEpsilon * (8 + 2 * std::abs(logl(size)));
}

}  // namespace

TEST_CASE("activations agree with their formulas", "[activation]") {
  for (const auto& activation : elementwise_activations()) {
    const ExactFunction exact = reference(activation->choice());
    for (const double x : sample()) {
      INFO(activation->name() << " at " << x);
      CHECK(close(activation->value(x), exact(x)));
    }
  }
}

TEST_CASE("slopes agree with central differences away from kinks", "[activation]") {
  for (const auto& activation : elementwise_activations()) {
    const ExactFunction exact = reference(activation->choice());
    for (const double x : sample()) {
      if (near_kink(*activation, x, 0x1p-8)) continue;
      const Exact expected = central_slope(exact, x, kStep);
      // The differences themselves err by their rounding, a few units of phi's last place over h.
      const Exact allowed = 1e-9L * std::abs(expected) + 4e-15L * std::abs(exact(x)) +
                            std::numeric_limits<double>::min();
      INFO(activation->name() << " at " << x << ": expected " << expected);
      CHECK(std::abs(activation->slope(x) - expected) <= allowed);
    }
  }
}

TEST_CASE("slopes agree with one-sided differences at kinks", "[activation]") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  int checked = 0;
  for (const auto& activation : elementwise_activations()) {
    const ExactFunction exact = reference(activation->choice());
    for (const double kink : activation->kinks()) {
      for (const double side : {-1.0, 1.0}) {
        const double x = std::nextafter(kink, side * kInfinity);
        const auto expected =
            static_cast<double>(one_sided_slope(exact, kink, static_cast<Exact>(side) * kStep));
        INFO(activation->name() << " beside " << kink << ", side " << side);
        CHECK(activation->slope(x) == Approx(expected).epsilon(1e-9).margin(1e-12));
        ++checked;
      }
    }
  }
  CHECK(checked > 20);
}

TEST_CASE("activations keep NaN and have their limits at infinity", "[activation]") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const auto& activation : elementwise_activations()) {
    const ExactFunction exact = reference(activation->choice());
    INFO(activation->name());
    CHECK(std::isnan(activation->value(std::numeric_limits<double>::quiet_NaN())));
    for (const double side : {-1.0, 1.0}) {
      INFO("side " << side);
      const auto far = static_cast<double>(exact(static_cast<Exact>(side) * 1e7L));
      const double limit = std::abs(far) > 1e4 ? std::copysign(kInfinity, far) : far;
      CHECK((activation->value(side * kInfinity) == limit ||
             activation->value(side * kInfinity) == Approx(limit).margin(1e-6)));
      const auto slope = static_cast<double>(central_slope(exact, side * 1e4, kStep));
      CHECK(activation->slope(side * kInfinity) == Approx(slope).margin(1e-6));
    }
  }
}

TEST_CASE("the largest slope is that of the differences", "[activation]") {
  for (const auto& activation : elementwise_activations()) {
    const ExactFunction exact = reference(activation->choice());
    Exact largest = 0;
    for (double x = -31.9995; x < 32; x += 0.001) {
      if (near_kink(*activation, x, 0x1p-8)) continue;
      largest = std::max(largest, std::abs(central_slope(exact, x, kStep)));
    }
    for (const double kink : activation->kinks()) {
      largest = std::max({largest, std::abs(one_sided_slope(exact, kink, kStep)),
                          std::abs(one_sided_slope(exact, kink, -kStep))});
    }
    INFO(activation->name());
    CHECK(activation->max_slope() == Approx(static_cast<double>(largest)).epsilon(1e-5));
  }
}
