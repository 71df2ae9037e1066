#include <cmath>

#include "core/quadrature.hpp"
#include "layers/activations/list.hpp"
#include "tests/catch.hpp"

using namespace clino;

namespace {

/// Where the slope changes sign between low and high: the minimum.
double minimum_between(const Activation& activation, double low, double high) {
  for (int i = 0; i < 100; ++i) {
    const double middle = (low + high) / 2;
    (activation.slope(middle) < 0 ? low : high) = middle;
  }
  return low;
}

struct Moments {
  std::string name;
  double mean, mean_square, mean_square_slope, gain;
};

}  // namespace

TEST_CASE("Gaussian moments at q = 1", "[activation]") {
  const std::vector<Moments> table = {
      {"sigmoid", .5, .293379, .044836, 1.84623},
      {"tanh", 0, .394294, .464403, 1.59254},
      {"relu", .398942, .5, .5, 1.41421},
      {"leaky_relu", .394953, .50005, .50005, 1.41414},
      {"elu", .160521, .644945, .668102, 1.24520},
      {"selu", 0, 1, 1.071575, 1},
      {"gelu", .282095, .425221, .455851, 1.53353},
      {"silu", .206621, .355776, .379482, 1.67653},
      {"mish", .240404, .452342, .479084, 1.48685},
      {"softplus", .806059, .921246, .293379, 1.04187},
  };
  constexpr double kMargin = 2e-6;
  for (const Moments& row : table) {
    const auto phi = make_activation({.type = row.name});
    const auto mean = [&](const auto& f) { return gaussian_mean(f, 1, phi->kinks()); };
    INFO(row.name);
    CHECK(std::abs(mean([&](double x) { return phi->value(x); }) - row.mean) < kMargin);
    CHECK(std::abs(mean([&](double x) { return std::pow(phi->value(x), 2); }) - row.mean_square) <
          kMargin);
    CHECK(std::abs(mean([&](double x) { return std::pow(phi->slope(x), 2); }) -
                   row.mean_square_slope) < kMargin);
    CHECK(std::abs(forward_gain(*phi) - row.gain) < 5e-6 + kMargin);  // printed with five decimals
  }
  CHECK(forward_gain(*make_activation({.type = "relu"})) == Approx(std::sqrt(2)).epsilon(1e-12));
  CHECK(forward_gain(*make_activation({.type = "identity"})) == Approx(1).epsilon(1e-12));
  CHECK(forward_gain(*make_activation({.type = "softmax"})) == 1);
}

TEST_CASE("minima of gelu, silu and mish", "[activation]") {
  struct Minimum {
    std::string name;
    double at, value;
  };
  for (const Minimum& row :
       {Minimum{"gelu", -.751792, -.169971}, Minimum{"silu", -1.278465, -.278465},
        Minimum{"mish", -1.192431, -.308843}}) {
    const auto phi = make_activation({.type = row.name});
    const double at = minimum_between(*phi, -3, 0);
    INFO(row.name);
    CHECK(std::abs(at - row.at) < 1e-6);
    CHECK(std::abs(phi->value(at) - row.value) < 1e-6);
  }
}

TEST_CASE("gelu's approximations are off by what is known", "[activation]") {
  const auto exact = make_activation({.type = "gelu"});
  const auto by_tanh =
      make_activation({.type = "gelu", .options = {{"approximate", std::string("tanh")}}});
  const auto sigmoid = make_activation({.type = "sigmoid"});
  double tanh_error = 0;
  double tanh_at = 0;
  double sigmoid_error = 0;
  for (double x = -6; x <= 6; x += 1e-3) {
    const double error = std::abs(by_tanh->value(x) - exact->value(x));
    if (error > tanh_error) tanh_at = std::abs(x);
    tanh_error = std::max(tanh_error, error);
    sigmoid_error =
        std::max(sigmoid_error, std::abs(x * sigmoid->value(1.702 * x) - exact->value(x)));
  }
  CHECK(tanh_error == Approx(4.732e-4).epsilon(2e-4));
  CHECK(tanh_at == Approx(2.699).margin(2e-3));
  CHECK(sigmoid_error == Approx(2.033e-2).epsilon(5e-4));
}

TEST_CASE("where sigmoid and tanh saturate", "[activation]") {
  const auto sigmoid = make_activation({.type = "sigmoid"});
  const auto tanh = make_activation({.type = "tanh"});
  for (const double side : {-1.0, 1.0}) {
    CHECK(sigmoid->slope(side * 16.119) < 1e-7);
    CHECK(sigmoid->slope(side * 16.117) > 1e-7);
    CHECK(tanh->slope(side * 8.753) < 1e-7);
    CHECK(tanh->slope(side * 8.751) > 1e-7);
  }
  CHECK(make_activation({.type = "lecun_tanh"})->value(1) == Approx(.999997).margin(1e-6));
}

TEST_CASE("an elu unit is never exactly dead", "[activation]") {
  const auto elu = make_activation({.type = "elu"});
  for (const double x : {-6.9, -17.5, -40.0, -300.0}) CHECK(elu->slope(x) > 0);
}
