#include "theory/moments.hpp"

#include <array>
#include <cmath>
#include <numbers>
#include <string>

#include "tests/catch.hpp"
#include "tests/theory/named.hpp"
#include "tests/throws.hpp"

using namespace clino;
using clino::test::named;

namespace {

/// Moments at q = 1 by an independent quadrature with 2e-6 agreement.
struct Reference {
  const char* name;
  double mean, mean_square, mean_square_slope, gain;
};
constexpr std::array<Reference, 10> kReferences = {{
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
}};

/// E relu(u) relu(v) for standard normals of correlation c: the arc-cosine kernel of degree 1 (Cho
/// and Saul 2009).
double relu_pair(double c) {
  return (std::sqrt(1 - c * c) + c * (std::numbers::pi - std::acos(c))) / (2 * std::numbers::pi);
}

}  // namespace

TEST_CASE("Gaussian moments agree with an independent quadrature to 2e-6") {
  for (const Reference& reference : kReferences) {
    INFO(reference.name);
    const auto activation = named(reference.name);
    const theory::Moments found = theory::moments(*activation, 1);
    CHECK(std::abs(found.mean - reference.mean) < 2e-6);
    CHECK(std::abs(found.mean_square - reference.mean_square) < 2e-6);
    CHECK(std::abs(found.mean_square_slope - reference.mean_square_slope) < 2e-6);
    CHECK(std::abs(forward_gain(*activation) - reference.gain) < 1e-5);
  }
}

TEST_CASE("Moments that have a closed form are exact") {
  const double q = 2.7;
  const theory::Moments relu = theory::moments(*named("relu"), q);
  CHECK(relu.mean == Approx(std::sqrt(q / (2 * std::numbers::pi))).epsilon(1e-12));
  CHECK(relu.mean_square == Approx(q / 2).epsilon(1e-12));
  CHECK(relu.mean_square_slope == Approx(.5).epsilon(1e-12));
  const theory::FourthMoments fourth = theory::fourth_moments(*named("relu"), q);
  CHECK(fourth.value == Approx(1.5 * q * q).epsilon(1e-12));
  CHECK(fourth.slope == Approx(.5).epsilon(1e-12));
  // E Phi(u)^2-type integrals: E u Phi(u) = q / sqrt(2 pi (1 + q)).
  CHECK(theory::moments(*named("gelu"), q).mean ==
        Approx(q / std::sqrt(2 * std::numbers::pi * (1 + q))).epsilon(1e-12));
}

TEST_CASE("At length 0 the slope of a kink is what it is on average next to it") {
  CHECK(theory::moments(*named("relu"), 0).mean_square_slope == .5);
  CHECK(theory::moments(*named("tanh"), 0).mean_square_slope == Approx(1).epsilon(1e-12));
  CHECK(theory::moments(*named("sigmoid"), 0).mean_square_slope == Approx(1. / 16).epsilon(1e-12));
  CHECK(theory::moments(*named("sigmoid"), 0).mean_square == .25);
}

TEST_CASE("The growth of the mean square is its derivative") {
  for (const CatalogueEntry& entry : activation_catalogue()) {
    const auto activation = named(entry.name);
    if (!activation->elementwise()) continue;
    INFO(entry.name);
    const double q = 1.3, step = 1e-4;
    const double difference = (theory::moments(*activation, q + step).mean_square -
                               theory::moments(*activation, q - step).mean_square) /
                              (2 * step);
    CHECK(theory::mean_square_growth(*activation, q) == Approx(difference).epsilon(1e-7));
  }
}

TEST_CASE("Means of pairs have their closed forms") {
  for (const double c : {-1., -.9999, -.3, 0., .2, .9, .99, .9999, .99999999, 1.}) {
    INFO("correlation " << c);
    CHECK(std::abs(theory::pair_mean(*named("relu"), 1, 1, c) - relu_pair(c)) < 1e-9);
    // E u v of normals is their covariance.
    CHECK(std::abs(theory::pair_mean(*named("identity"), 4, 9, c) - 6 * c) < 1e-10);
  }
  // ReLU is homogeneous: lengths come out as factors.
  CHECK(theory::pair_mean(*named("relu"), 4, .25, .5) == Approx(relu_pair(.5)).epsilon(1e-9));
}

TEST_CASE("A pair of one and the same, and one without any correlation") {
  for (const CatalogueEntry& entry : activation_catalogue()) {
    const auto activation = named(entry.name);
    if (!activation->elementwise()) continue;
    INFO(entry.name);
    const theory::Moments at = theory::moments(*activation, .8);
    CHECK(theory::pair_mean(*activation, .8, .8, 1) == Approx(at.mean_square).epsilon(1e-9));
    CHECK(std::abs(theory::pair_mean(*activation, .8, .8, 0) - at.mean * at.mean) < 1e-9);
  }
}

TEST_CASE("Moments refuse what has none") {
  CHECK_THROWS_AS(theory::moments(*named("relu"), -1), UsageError);
  CHECK_THROWS_AS(theory::moments(*named("relu"), std::nan("")), UsageError);
  CHECK_THROWS_AS(theory::moments(*named("softmax"), 1), UsageError);
  CHECK_THROWS_AS(theory::pair_mean(*named("relu"), 1, 1, 1.5), UsageError);
  CHECK_THROWS_AS(theory::pair_mean(*named("relu"), 1, 1, std::nan("")), UsageError);
}
