#include "core/math.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/error_function.hpp"
#include "core/random.hpp"
#include "tests/catch.hpp"

using namespace clino;

namespace {

using Exact = long double;

/// One function: the one under test and libm's in long double, with the range over which it is
/// sampled and the error that its header promises, in units in the last place.
template <class T>
struct Case {
  std::string name;
  T (*tested)(T);
  Exact (*reference)(Exact);
  double low, high, ulps;
};

template <class T>
std::vector<Case<T>> cases() {
  constexpr bool kFloat = std::is_same_v<T, float>;
  const double low = kFloat ? -87 : -708;
  const double high = kFloat ? 88.7 : 709.7;
  // What a product and a sum that are rounded apart lose.
  const double rational = !kFloat && math::kFusedMultiplyAdd ? 2.0 : 2.5;
  const double reach = kFloat ? -13 : -37.5;  // of the normal's lower tail, above subnormals
  return {
      {"exp", [](T x) { return math::exp(x); }, [](Exact x) { return expl(x); }, low, high, 2},
      {"exp_of_negative", [](T x) { return math::exp_of_negative(x); },
       [](Exact x) { return expl(x); }, low, 0, 2},
      {"expm1", [](T x) { return math::expm1(x); }, [](Exact x) { return expm1l(x); }, -40, high,
       2.5},
      {"log1p", [](T x) { return math::log1p(x); }, [](Exact x) { return log1pl(x); }, -0.9999, 1e6,
       2.5},
      {"tanh", [](T x) { return math::tanh(x); }, [](Exact x) { return tanhl(x); }, -30, 30,
       rational},
      {"sigmoid", [](T x) { return math::sigmoid(x); },
       [](Exact x) { return x < 0 ? expl(x) / (1 + expl(x)) : 1 / (1 + expl(-x)); }, low, 40,
       rational},
      {"erf", [](T x) { return math::erf(x); }, [](Exact x) { return erfl(x); }, -8, 8,
       kFloat ? 2.5 : 2.0},
      {"normal_cdf", [](T x) { return math::normal_cdf(x); },
       [](Exact x) { return erfcl(-x * sqrtl(0.5L)) / 2; }, reach, 9, 6},
      {"normal_density", [](T x) { return math::normal_density(x); },
       [](Exact x) { return expl(-x * x / 2) / sqrtl(2 * acosl(-1)); }, reach, -reach, 2.5},
  };
}

/// Over the whole range, near 0, and on the powers of two down to where x is tiny.
template <class T>
std::vector<T> sample(double low, double high) {
  Random random(1, stream_id("math_test"));
  std::vector<T> points = {0};
  for (int i = 0; i < 50000; ++i) {
    points.push_back(static_cast<T>(random.uniform(low, high)));
    points.push_back(static_cast<T>(random.uniform(std::max(low, -4.0), std::min(high, 4.0))));
    const double size = std::exp(random.uniform(-60, 1));
    for (const double x : {size, -size}) {
      if (x > low && x < high) points.push_back(static_cast<T>(x));
    }
  }
  return points;
}

template <class T>
double ulps_off(T tested, Exact exact) {
  const T rounded = std::abs(static_cast<T>(exact));
  const T next = std::nextafter(rounded, std::numeric_limits<T>::infinity());
  return static_cast<double>(std::abs(tested - exact) / (static_cast<Exact>(next) - rounded));
}

}  // namespace

TEMPLATE_TEST_CASE("elementary functions are accurate over their whole range", "[math]", float,
                   double) {
  for (const Case<TestType>& c : cases<TestType>()) {
    double worst = 0;
    TestType at = 0;
    for (const TestType x : sample<TestType>(c.low, c.high)) {
      const double off = ulps_off(c.tested(x), c.reference(static_cast<Exact>(x)));
      if (!(off <= worst)) {
        worst = off;
        at = x;
      }
    }
    INFO(c.name << " is off by " << worst << " ulp at " << at);
    CHECK(worst <= c.ulps);
  }
}

TEMPLATE_TEST_CASE("elementary functions keep NaN and reach their limits", "[math]", float,
                   double) {
  using T = TestType;
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  constexpr T kNan = std::numeric_limits<T>::quiet_NaN();
  for (const Case<T>& c : cases<T>()) {
    INFO(c.name);
    CHECK(std::isnan(c.tested(kNan)));
    for (const T x : {kInfinity, -kInfinity, std::numeric_limits<T>::max(),
                      std::numeric_limits<T>::lowest(), T{300}, T{-300}, T{0}}) {
      if (c.high == 0 && x > 0) continue;  // of this nothing is promised
      const Exact limit = c.reference(static_cast<Exact>(x));
      INFO("x = " << x);
      if (std::isnan(limit)) {
        CHECK(std::isnan(c.tested(x)));
      } else if (std::abs(limit) > std::numeric_limits<T>::max()) {
        CHECK(c.tested(x) == (limit > 0 ? kInfinity : -kInfinity));
      } else {
        // Subnormal results may be rounded twice, or flushed.
        CHECK(std::abs(c.tested(x) - limit) <=
              6 * std::numeric_limits<T>::epsilon() * std::abs(limit) +
                  std::numeric_limits<T>::min());
      }
    }
  }
  CHECK(math::log1p(T{-1}) == -kInfinity);
  CHECK(std::signbit(math::tanh(-T{0})));
}

TEST_CASE("lower tails are small numbers, not zero", "[math]") {
  CHECK(math::sigmoid(-80.0F) == Approx(std::exp(-80.0)).epsilon(1e-6));
  CHECK(math::normal_cdf(-10.0F) == Approx(7.61985302416052606597e-24).epsilon(1e-6));
  CHECK(math::normal_cdf(-37.0) == Approx(std::erfc(37 * std::sqrt(0.5)) / 2).epsilon(1e-13));
}
