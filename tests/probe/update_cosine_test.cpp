#include "probe/update_cosine.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "core/random.hpp"
#include "layers/model.hpp"
#include "tests/allocations.hpp"
#include "tests/catch.hpp"

namespace clino::test {
namespace {

/// The weights of a net without hidden layers: `Size` - 1 inputs and a bias.
template <class T>
struct Weights {
  Model model;
  Parameters<T> parameters;
  UpdateCosine<T> probe;

  explicit Weights(Index size)
      : model(build_model({.inputs = size - 1, .outputs = 1})),
        parameters(model.graph),
        probe(parameters) {}

  std::optional<double> update(const std::vector<T>& by) {
    REQUIRE(by.size() == parameters.values().size());
    probe.before(parameters);
    std::ranges::transform(parameters.values(), by, parameters.values().begin(),
                           [](T value, T change) { return value + change; });
    return probe.after(parameters);
  }
};

}  // namespace

TEMPLATE_TEST_CASE("updates along, across and against the one before", "", float, double) {
  Weights<TestType> w(2);
  CHECK(w.update({1, 2}) == std::nullopt);
  CHECK(*w.update({2, 4}) == Approx(1));
  CHECK(*w.update({-2, 1}) == Approx(0).margin(1e-15));
  CHECK(*w.update({4, -2}) == Approx(-1));
  CHECK(*w.update({4, 0}) == Approx(2 / std::sqrt(5.0)));
  CHECK(*w.update({8, 0}) <= 1);
}

TEMPLATE_TEST_CASE("an update of nothing has no direction", "", float, double) {
  Weights<TestType> w(2);
  w.update({1, 1});
  CHECK(w.update({0, 0}) == std::nullopt);
  CHECK(w.update({1, 1}) == std::nullopt);
  CHECK(*w.update({1, 1}) == Approx(1));
}

TEST_CASE("the cosine of random updates is that of long double") {
  Weights<double> w(1000);
  Random random(4, stream_id("update_cosine_test"));
  std::vector<double> before(1000);
  for (int step = 0; step < 4; ++step) {
    std::vector<double> by(1000);
    for (double& x : by) x = std::ldexp(std::round(random.normal() * 1024), -10);  // added exactly
    const auto found = w.update(by);
    long double dot = 0;
    long double left = 0;
    long double right = 0;
    for (std::size_t i = 0; i < by.size(); ++i) {
      dot += static_cast<long double>(by[i]) * before[i];
      left += static_cast<long double>(by[i]) * by[i];
      right += static_cast<long double>(before[i]) * before[i];
    }
    before = by;
    if (step == 0) continue;
    CHECK(*found == Approx(static_cast<double>(dot / std::sqrt(left * right))).epsilon(1e-12));
  }
}

TEST_CASE("the size of an update does not matter to its direction") {
  for (const double scale : {1e-300, 1e-200, 1e-80, 1e80, 1e200, 1e300}) {
    Weights<double> w(3);
    INFO("scale " << scale);
    w.update({3 * scale, 0, 4 * scale});
    CHECK(*w.update({0, 0, scale}) == Approx(0.8));
    std::ranges::fill(w.parameters.values(), 0);
    CHECK(*w.update({0, 0, -1}) == Approx(-1));
  }
}

TEST_CASE("an update that is not finite has a direction that is not") {
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    Weights<double> w(2);
    w.update({1, 1});
    CHECK(std::isnan(*w.update({bad, 1})));
  }
}

TEST_CASE("a resumed run goes on with the update before") {
  Weights<float> w(3);
  w.update({1, 2, 3});
  Weights<float> resumed(3);
  std::ranges::copy(w.parameters.values(), resumed.parameters.values().begin());
  std::ranges::copy(w.probe.previous(), resumed.probe.previous().begin());
  const auto expected = w.update({3, -1, 0.5F});
  REQUIRE(expected.has_value());
  CHECK(resumed.update({3, -1, 0.5F}) == expected);
}

TEST_CASE("comparing updates allocates nothing") {
  Weights<float> w(100);
  const AllocationCount count;
  w.probe.before(w.parameters);
  w.probe.after(w.parameters);
  w.parameters.values()[0] += 1;
  w.probe.after(w.parameters);
  CHECK(count.since_start() == 0);
}

}  // namespace clino::test
