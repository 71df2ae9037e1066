#include <cmath>
#include <limits>
#include <vector>

#include "core/tape.hpp"
#include "layers/activations/list.hpp"
#include "tests/catch.hpp"

using namespace clino;

// Activations whose operation is more than a function of one number.

TEST_CASE("prelu learns its slope", "[activation]") {
  const auto prelu = make_activation({.type = "prelu", .options = {{"initial", 0.5}}});
  Graph graph;
  const Var x = graph.input("x", 2);
  const RecordedActivation recorded = prelu->record(graph, x, "3");
  REQUIRE(recorded.weight.valid());
  CHECK(graph.node(recorded.weight).label == "3.weight");
  CHECK(graph.shape(recorded.weight) == Shape{1, 1});
  CHECK(recorded.initial_weight == 0.5);

  Parameters<double> parameters(graph);
  parameters.values()[0] = -0.75;  // not the initial one: the operation must read the parameter
  Tape<double> tape(graph, parameters, {.max_batch = 2, .gradient_of = {x}});
  tape.set_batch(2);
  const std::vector<double> values = {-2, 3, 0, -0.5};
  std::copy(values.begin(), values.end(), tape.input(x).data);
  const std::vector<double> upstream = {1, 10, 100, 1000};
  tape.forward({});
  tape.backward(recorded.output, {upstream.data(), 2, 2});
  const auto y = tape.value(recorded.output).elements();
  const auto dx = tape.gradient(x).elements();
  CHECK(std::vector<double>(y.begin(), y.end()) == std::vector<double>{1.5, 3, 0, 0.375});
  CHECK(std::vector<double>(dx.begin(), dx.end()) == std::vector<double>{-0.75, 10, -75, -750});
  CHECK(parameters.gradients()[0] == -2 * 1 - 0.5 * 1000);  // sum of x dy over x <= 0
}

namespace {

/// A stochastic gelu on [rows, batch], run at one epoch.
class Gate {
 public:
  Gate(Index rows, Index batch, const std::string& label = "layer") {
    const auto gelu = make_activation({.type = "gelu", .options = {{"stochastic", true}}});
    x_ = graph_.input("x", rows);
    y_ = gelu->record(graph_, x_, label).output;
    parameters_.emplace_back(graph_);
    tape_.emplace_back(graph_, parameters_.front(),
                       TapeOptions{.max_batch = batch, .gradient_of = {x_}});
    tape_.front().set_batch(batch);
  }

  std::vector<double> run(const std::vector<double>& x, const StepContext& step) {
    Tape<double>& tape = tape_.front();
    std::copy(x.begin(), x.end(), tape.input(x_).data);
    tape.forward(step);
    const auto y = tape.value(y_).elements();
    return {y.begin(), y.end()};
  }

  /// dL/dx of the last run for dL/dy = 3.
  std::vector<double> gradient() {
    Tape<double>& tape = tape_.front();
    const std::vector<double> upstream(static_cast<std::size_t>(tape.value(y_).size()), 3);
    tape.backward(y_, {upstream.data(), tape.value(y_).rows, tape.value(y_).columns});
    const auto dx = tape.gradient(x_).elements();
    return {dx.begin(), dx.end()};
  }

 private:
  Graph graph_;
  Var x_, y_;
  std::vector<Parameters<double>> parameters_;
  std::vector<Tape<double>> tape_;
};

double upper(double x) { return std::erfc(-x * std::sqrt(0.5)) / 2; }

}  // namespace

TEST_CASE("a stochastic gelu is open with probability Phi(x)", "[activation]") {
  constexpr Index kUnits = 40000;
  Gate gate(kUnits, 1);
  for (const double x : {-1.5, -0.2, 0.0, 0.75, 2.0}) {
    const StepContext step = {.seed = 5};
    const std::vector<double> y = gate.run(std::vector<double>(kUnits, x == 0 ? 1e-9 : x), step);
    const std::vector<double> dx = gate.gradient();
    Index open = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
      open += y[i] != 0;
      REQUIRE((y[i] == 0 || y[i] == (x == 0 ? 1e-9 : x)));
      REQUIRE(dx[i] == (y[i] != 0 ? 3 : 0));
    }
    // A binomial count within five standard deviations: fails once in 1.7 million.
    const double p = upper(x);
    INFO("x = " << x);
    CHECK(std::abs(static_cast<double>(open) - p * kUnits) < 5 * std::sqrt(kUnits * p * (1 - p)));
  }
}

TEST_CASE("gates belong to seed, layer, epoch, sample and unit", "[activation]") {
  const std::vector<double> x(64, 0.5);
  Gate gate(32, 2);
  const std::vector<Index> samples = {7, 4};
  const std::vector<Index> swapped = {4, 7};
  const auto at = [&](std::uint64_t seed, std::uint64_t epoch, const std::vector<Index>& indices) {
    return gate.run(x, {.seed = seed, .epoch = epoch, .sample_indices = indices});
  };
  const std::vector<double> first = at(1, 0, samples);
  CHECK(first == at(1, 0, samples));
  CHECK(first != at(2, 0, samples));
  CHECK(first != at(1, 1, samples));
  const std::vector<double> other = at(1, 0, swapped);
  CHECK(std::equal(first.begin(), first.begin() + 32, other.begin() + 32));
  CHECK(!std::equal(first.begin(), first.begin() + 32, other.begin()));
  Gate elsewhere(32, 2, "another layer");
  CHECK(first != elsewhere.run(x, {.seed = 1, .sample_indices = samples}));
}

TEST_CASE("a stochastic gelu in evaluation is gelu, and keeps NaN in training", "[activation]") {
  const auto gelu = make_activation({.type = "gelu"});
  Gate gate(3, 1);
  const StepContext evaluate = {.mode = Mode::evaluate};
  const std::vector<double> x = {-0.7, 0.4, 2};
  const std::vector<double> y = gate.run(x, evaluate);
  const std::vector<double> dx = gate.gradient();
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(y[i] == Approx(gelu->value(x[i])).epsilon(1e-15));
    CHECK(dx[i] == Approx(3 * gelu->slope(x[i])).epsilon(1e-15));
  }
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::vector<double> extreme =
      gate.run({std::numeric_limits<double>::quiet_NaN(), kInfinity, -kInfinity}, {});
  CHECK(std::isnan(extreme[0]));
  CHECK(extreme[1] == kInfinity);
  CHECK(extreme[2] == 0);
}

TEST_CASE("softmax as an activation passes its temperature on", "[activation]") {
  const Choice choices[] = {{.type = "softmax", .options = {{"temperature", 2.0}}},
                            {.type = "log_softmax", .options = {{"temperature", 2.0}}}};
  for (const Choice& choice : choices) {
    const auto activation = make_activation(choice);
    Graph graph;
    const Var x = graph.input("x", 3);
    const Var y = activation->record(graph, x, "layer").output;
    Parameters<double> parameters(graph);
    Tape<double> tape(graph, parameters, {.max_batch = 1});
    const double values[] = {1, -2, 0.5};
    std::copy(values, values + 3, tape.input(x).data);
    tape.forward({});
    const double total = std::exp(0.5) + std::exp(-1.0) + std::exp(0.25);
    for (Index i = 0; i < 3; ++i) {
      const double share = std::exp(values[i] / 2) / total;
      CHECK(tape.value(y).data[i] ==
            Approx(choice.type == "softmax" ? share : std::log(share)).epsilon(1e-13));
    }
  }
}
