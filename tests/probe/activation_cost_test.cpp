#include "probe/activation_cost.hpp"

#include <array>
#include <cmath>
#include <string>

#include "core/errors.hpp"
#include "layers/activations/erase.hpp"
#include "layers/activations/list.hpp"
#include "probe/plain_activation.hpp"
#include "tests/catch.hpp"

using namespace clino;

namespace {

/// Every activation that has a plain formula, some of them with other options.
std::vector<std::shared_ptr<const Activation>> with_formula() {
  std::vector<std::shared_ptr<const Activation>> found;
  for (const CatalogueEntry& entry : activation_catalogue()) {
    const auto activation = make_activation({.type = entry.name});
    if (activation->elementwise()) found.push_back(activation);
  }
  for (const Choice& choice :
       std::initializer_list<Choice>{{"leaky_relu", {{"slope", .3}}},
                                     {"prelu", {{"initial", -.5}}},
                                     {"elu", {{"alpha", 2.5}}},
                                     {"celu", {{"alpha", .4}}},
                                     {"softplus", {{"beta", 2.}, {"threshold", 3.}}},
                                     {"gelu", {{"approximate", std::string("tanh")}}}}) {
    found.push_back(make_activation(choice));
  }
  return found;
}

template <class T>
void check_formula(const Activation& activation, double tolerance) {
  std::vector<T> x;
  for (int i = -80; i <= 80; ++i) x.push_back(static_cast<T>(.1 * i + .03));
  std::vector<T> y(x.size()), upstream(x.size(), T{2}), gradient(x.size(), T{-7});
  const auto plain = plain_activation(activation.choice());
  REQUIRE(plain);
  plain->forward(x, std::span<T>(y));
  plain->backward(x, std::span<const T>(y), upstream, std::span<T>(gradient));
  for (std::size_t i = 0; i < x.size(); ++i) {
    INFO(activation.name() << " at " << x[i]);
    CHECK(std::abs(y[i] - activation.value(x[i])) <= tolerance * (1 + std::abs(x[i])));
    CHECK(std::abs(gradient[i] - 2 * activation.slope(x[i])) <= tolerance * (1 + std::abs(x[i])));
  }
}

struct Own {
  static constexpr std::string_view name = "elu";  // as one of the list
  static constexpr Needs needs = Needs::input;
  template <class V>
  V value(V x) const {
    return x * x;
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    return V{2} * x;
  }
};

/// Two units on a tape, and clocks that are read twice.
constexpr CostOptions kQuick{.elements = 128, .repetitions = 2, .seconds = 1e-7};

bool sensible(const Times& times) {
  return times.size() == 2 &&
         std::ranges::all_of(times, [](double t) { return t > 0 && std::isfinite(t); });
}

}  // namespace

TEST_CASE("plain formulas are those of the library") {
  // The plain ones cancel where the library's do not: 1 + erf, y (1 - y), alpha (e^x - 1) + alpha.
  // A few roundings of numbers up to 1, and of x times such.
  for (const auto& activation : with_formula()) {
    check_formula<double>(*activation, 32 * 0x1p-52);
    check_formula<float>(*activation, 32 * 0x1p-23);
  }
}

TEST_CASE("what has no plain formula says so") {
  CHECK_FALSE(plain_activation(make_activation({"softmax", {}})->choice()));
  CHECK_FALSE(plain_activation(make_activation({"gelu", {{"stochastic", true}}})->choice()));
  CHECK_FALSE(plain_activation(erase_activation(Own{})->choice()));
  CHECK_FALSE(plain_activation({.type = "own"}));
}

TEST_CASE("every activation is timed, and what is timed is computed") {
  std::vector<std::shared_ptr<const Activation>> all;
  for (const CatalogueEntry& entry : activation_catalogue()) {
    all.push_back(make_activation({.type = entry.name}));
  }
  all.push_back(make_activation({"gelu", {{"stochastic", true}}}));
  all.push_back(erase_activation(Own{}));
  const auto costs = measure_costs<float>(all, kQuick);
  REQUIRE(costs.size() == all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    INFO(all[i]->name());
    CHECK(sensible(costs[i].vectorised.forward));
    CHECK(sensible(costs[i].vectorised.backward));
    CHECK(std::isfinite(costs[i].checksum));
    CHECK(costs[i].checksum != 0);
    CHECK(costs[i].plain.has_value() == (plain_activation(all[i]->choice()) != nullptr));
    if (costs[i].plain) CHECK(sensible(costs[i].plain->backward));
  }
  CHECK(measure_costs<double>(all, kQuick).size() == all.size());
}

TEST_CASE("the table beside relu has libm where there is a formula") {
  const auto rows = cost_beside_relu(make_activation({"tanh", {}}), kQuick);
  REQUIRE(rows.size() == 4);
  CHECK(rows[1].dtype == "float32");
  CHECK(rows[1].code == "libm");
  CHECK(rows[2].dtype == "float64");
  CHECK(rows[2].code == "library");
  for (const CostRow& row : rows) CHECK((row.forward_ratio > 0 && row.backward_ratio > 0));
  CHECK(cost_beside_relu(erase_activation(Own{}), kQuick).size() == 2);
}

TEST_CASE("medians") {
  CHECK(median({3, 1, 2}) == 2);
  CHECK(median({4, 1, 2, 3}) == 2.5);
  CHECK(std::isnan(median({})));
  CHECK(median_ratio({2, 8, 9}, {1, 2, 3}) == 3);
}

TEST_CASE("costs of nothing are refused") {
  const std::array<std::shared_ptr<const Activation>, 1> relu = {make_activation({"relu", {}})};
  for (const CostOptions& bad :
       {CostOptions{.elements = 100}, {.elements = 0}, {.repetitions = 0}, {.seconds = 0}}) {
    CHECK_THROWS_AS(measure_costs<float>(relu, bad), UsageError);
  }
}
