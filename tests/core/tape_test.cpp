#include "core/tape.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "core/errors.hpp"
#include "core/ops/dropout.hpp"
#include "core/ops/ops.hpp"
#include "core/ops/softmax.hpp"
#include "tests/allocations.hpp"
#include "tests/catch.hpp"
#include "tests/throws.hpp"

using namespace clino;

namespace {

/// loss = mean((W x + b) * (W x + b)): a value used twice, a parameter used once.
struct SquareNet {
  Graph graph;
  Var x = graph.input("x", 3);
  Var weight = graph.parameter("w", 2, 3);
  Var bias = graph.parameter("b", 2);
  Var y = affine(graph, weight, bias, x, "y");
  Var loss = mean(graph, multiply(graph, y, y), "loss");
};

template <class T>
void fill_pattern(std::span<T> values) {
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<T>(0.1 * double(i) - 0.2);
}

}  // namespace

TEMPLATE_TEST_CASE("a tape replays what was recorded", "", float, double) {
  SquareNet net;
  Parameters<TestType> parameters(net.graph);
  fill_pattern(parameters.values());
  Tape<TestType> tape(net.graph, parameters, {.max_batch = 4});
  fill_pattern(tape.input(net.x).elements());
  const StepContext step;
  tape.forward(step);
  tape.backward(net.loss);

  // dL/dW = 2/n sum_samples y x^T, written out.
  const auto x = tape.value(net.x);
  const auto w = parameters.value(net.weight);
  const auto b = parameters.value(net.bias);
  for (Index i = 0; i < 2; ++i) {
    double bias_gradient = 0;
    for (Index k = 0; k < 3; ++k) {
      double expected = 0;
      for (Index s = 0; s < 4; ++s) {
        double y = b(i, 0);
        for (Index p = 0; p < 3; ++p) y += double(w(i, p)) * double(x(p, s));
        CHECK(double(tape.value(net.y)(i, s)) == Approx(y).epsilon(1e-5));
        expected += 2 * y * double(x(k, s)) / 8;
        if (k == 0) bias_gradient += 2 * y / 8;
      }
      CHECK(double(parameters.gradient(net.weight)(i, k)) == Approx(expected).epsilon(1e-5));
    }
    CHECK(double(parameters.gradient(net.bias)(i, 0)) == Approx(bias_gradient).epsilon(1e-5));
  }
}

TEST_CASE("gradients of parameters add up until they are zeroed") {
  SquareNet net;
  Parameters<double> parameters(net.graph);
  fill_pattern(parameters.values());
  Tape<double> tape(net.graph, parameters, {.max_batch = 2});
  fill_pattern(tape.input(net.x).elements());
  tape.forward({});
  tape.backward(net.loss);
  const std::vector<double> once(parameters.gradients().begin(), parameters.gradients().end());
  tape.forward({});
  tape.backward(net.loss);
  for (std::size_t i = 0; i < once.size(); ++i) {
    CHECK(parameters.gradients()[i] == Approx(2 * once[i]).epsilon(1e-14));
  }
  parameters.zero_gradients();
  CHECK(std::ranges::all_of(parameters.gradients(), [](double g) { return g == 0; }));
}

TEST_CASE("a tape may replace gradients of parameters, those that no pass reaches by zero") {
  SquareNet net;
  const Var unused = net.graph.parameter("unused", 3);
  Parameters<double> parameters(net.graph);
  fill_pattern(parameters.values());
  Tape<double> adding(net.graph, parameters, {.max_batch = 2});
  Tape<double> replacing(net.graph, parameters, {.max_batch = 2, .replaces_gradients = true});
  for (Tape<double>* tape : {&adding, &replacing}) {
    fill_pattern(tape->input(net.x).elements());
    tape->forward({});
  }
  adding.backward(net.loss);
  const std::vector<double> once(parameters.gradients().begin(), parameters.gradients().end());
  std::ranges::fill(parameters.gradients(), 7.0);
  for (int pass = 0; pass < 2; ++pass) {
    replacing.backward(net.loss);
    CHECK(std::ranges::equal(once, parameters.gradients()));
  }
  CHECK(
      std::ranges::all_of(parameters.gradient(unused).elements(), [](double g) { return g == 0; }));
}

TEST_CASE("a smaller batch uses the leading columns") {
  SquareNet net;
  Parameters<double> parameters(net.graph);
  fill_pattern(parameters.values());
  Tape<double> large(net.graph, parameters, {.max_batch = 7});
  fill_pattern(large.input(net.x).elements());
  large.forward({});
  large.backward(net.loss);  // leaves gradients in all columns
  large.set_batch(3);
  parameters.zero_gradients();
  large.forward({});
  large.backward(net.loss);
  const std::vector<double> shrunk(parameters.gradients().begin(), parameters.gradients().end());

  Tape<double> small(net.graph, parameters, {.max_batch = 3});
  std::ranges::copy(large.value(net.x).elements(), small.input(net.x).data);
  parameters.zero_gradients();
  small.forward({});
  small.backward(net.loss);
  CHECK(small.value(net.loss).data[0] == large.value(net.loss).data[0]);
  CHECK(std::ranges::equal(shrunk, parameters.gradients()));
  CHECK_THROWS_AS(large.set_batch(8), UsageError);
  CHECK_THROWS_AS(large.set_batch(0), UsageError);
}

TEST_CASE("a training tape has no gradient of its input, unless asked") {
  SquareNet net;
  Parameters<double> parameters(net.graph);
  Tape<double> plain(net.graph, parameters, {.max_batch = 2});
  CHECK(plain.gradient(net.x).empty());
  CHECK_FALSE(plain.gradient(net.y).empty());
  Tape<double> asked(net.graph, parameters, {.max_batch = 2, .gradient_of = {net.x}});
  CHECK_FALSE(asked.gradient(net.x).empty());
}

TEST_CASE("the gradient of a value in the middle may be wanted without what lies before it") {
  Graph graph;
  const Var x = graph.input("x", 3);
  const Var y = softmax(graph, x);
  const Var loss = sum(graph, multiply(graph, y, y));
  Parameters<double> parameters(graph);
  Tape<double> tape(graph, parameters, {.max_batch = 2, .gradient_of = {y}});
  tape.forward({});
  tape.backward(loss);
  CHECK(tape.gradient(x).empty());
  for (const double g : tape.gradient(y).elements()) CHECK(g == Approx(2.0 / 3));
}

TEST_CASE("a probe tape leaves the training gradients alone") {
  SquareNet net;
  Parameters<double> parameters(net.graph);
  fill_pattern(parameters.values());
  fill_pattern(parameters.gradients());
  const std::vector<double> before(parameters.gradients().begin(), parameters.gradients().end());
  Tape<double> probe(net.graph, parameters,
                     {.max_batch = 2, .mode = TapeMode::probe, .gradient_of = {net.x, net.weight}});
  fill_pattern(probe.input(net.x).elements());
  probe.forward({});
  probe.backward(net.loss);
  CHECK(std::ranges::equal(before, parameters.gradients()));
  CHECK(probe.gradient(net.weight)(0, 0) != 0);
}

TEST_CASE("a vector-Jacobian product of an affine map is its transpose") {
  SquareNet net;
  Parameters<double> parameters(net.graph);
  fill_pattern(parameters.values());
  Tape<double> probe(net.graph, parameters,
                     {.max_batch = 1, .mode = TapeMode::probe, .gradient_of = {net.x}});
  probe.forward({});
  for (Index row = 0; row < 2; ++row) {
    const double upstream[2] = {row == 0 ? 1.0 : 0.0, row == 1 ? 1.0 : 0.0};
    probe.backward(net.y, {upstream, 2, 1});
    for (Index k = 0; k < 3; ++k) {
      CHECK(probe.gradient(net.x)(k, 0) == parameters.value(net.weight)(row, k));
    }
  }
}

TEST_CASE("an evaluation tape has no gradients and less memory") {
  SquareNet net;
  Parameters<float> parameters(net.graph);
  Tape<float> train(net.graph, parameters, {.max_batch = 64});
  Tape<float> evaluate(net.graph, parameters, {.max_batch = 64, .mode = TapeMode::evaluate});
  CHECK(evaluate.bytes() < train.bytes());
  CHECK(evaluate.gradient(net.loss).empty());
  CHECK_THROWS_AS(evaluate.backward(net.loss), UsageError);
}

TEST_CASE("only a scalar can be differentiated without an upstream gradient") {
  SquareNet net;
  Parameters<double> parameters(net.graph);
  Tape<double> tape(net.graph, parameters, {.max_batch = 2});
  CHECK(message_of<ShapeError>([&] { tape.backward(net.y); }).find("[2, batch]") !=
        std::string::npos);
}

TEST_CASE("an operation that does not lead to the loss is not run backward") {
  // Two heads: the first is infinite where the second is differentiated.
  Graph graph;
  const Var x = graph.input("x", 1);
  const Var w = graph.parameter("w", 1, 1);
  const Var hidden = matmul(graph, w, x);
  const Var infinite = scale(graph, hidden, std::numeric_limits<double>::infinity());
  const Var first = sum(graph, multiply(graph, infinite, infinite));
  const Var second = sum(graph, multiply(graph, hidden, hidden));
  Parameters<double> parameters(graph);
  parameters.values()[0] = 1;
  Tape<double> tape(graph, parameters, {.max_batch = 1});
  tape.input(x)(0, 0) = 2;
  tape.forward({});
  tape.backward(second);
  CHECK(parameters.gradients()[0] == 8);
  parameters.zero_gradients();
  tape.backward(first);
  CHECK_FALSE(std::isfinite(parameters.gradients()[0]));
}

TEST_CASE("parameters of another graph are refused") {
  Graph graph;
  graph.parameter("w", 8, 4);
  Graph other;
  other.parameter("w", 1, 1);
  Graph more;
  more.parameter("w", 8, 4);
  more.parameter("v", 2);
  Parameters<double> of_other(other);
  Parameters<double> of_more(more);
  CHECK_THROWS_AS(Tape<double>(graph, of_other, {}), UsageError);
  CHECK_THROWS_AS(Tape<double>(graph, of_more, {}), UsageError);
}

TEST_CASE("a tape and its parameters can be moved, apart and together") {
  SquareNet net;
  Parameters<double> parameters(net.graph);
  fill_pattern(parameters.values());
  Tape<double> tape(net.graph, parameters, {.max_batch = 2});
  tape.forward({});
  const double before = tape.value(net.loss).data[0];
  Parameters<double> moved_parameters = std::move(parameters);
  Tape<double> moved = std::move(tape);
  moved.forward({});
  moved.backward(net.loss);
  CHECK(moved.value(net.loss).data[0] == before);
  CHECK(moved_parameters.gradient(net.bias)(0, 0) != 0);
  CHECK(parameters.values().empty());  // NOLINT: what is left behind is empty
}

TEST_CASE("an evaluation tape evaluates, whatever the context says, and has no gradient to give") {
  Graph graph;
  const Var x = graph.input("x", 4);
  const Var y = dropout(graph, x, 0.5, 1);
  Parameters<double> parameters(graph);
  Tape<double> tape(graph, parameters, {.max_batch = 3, .mode = TapeMode::evaluate});
  fill_pattern(tape.input(x).elements());
  tape.forward({.mode = Mode::train});
  CHECK(std::ranges::equal(tape.value(y).elements(), tape.value(x).elements()));
  CHECK_THROWS_AS(Tape<double>(graph, parameters,
                               {.max_batch = 3, .mode = TapeMode::evaluate, .gradient_of = {x}}),
                  UsageError);
}

TEST_CASE("sample indices are one for each column") {
  SquareNet net;
  Parameters<double> parameters(net.graph);
  Tape<double> tape(net.graph, parameters, {.max_batch = 3});
  const std::vector<Index> two{4, 5};
  CHECK_THROWS_AS(tape.forward({.sample_indices = two}), UsageError);
  tape.set_batch(2);
  CHECK_NOTHROW(tape.forward({.sample_indices = two}));
}

TEST_CASE("a forward pass may end before the graph does") {
  Graph graph;
  const Var x = graph.input("x", 2);
  const Var square = multiply(graph, x, x);
  const Var fourth = multiply(graph, square, square);
  const Var loss = sum(graph, fourth);
  Parameters<double> parameters(graph);
  Tape<double> tape(graph, parameters, {.max_batch = 1, .gradient_of = {x}});
  const auto set = [&](double first) {
    tape.input(x)(0, 0) = first;
    tape.input(x)(1, 0) = 1;
  };
  set(2);
  tape.forward({});
  set(3);
  tape.forward({}, square);
  CHECK(tape.value(square)(0, 0) == 9);
  CHECK(tape.value(fourth)(0, 0) == 16);  // of the pass before

  const double upstream[] = {1, 1};
  tape.backward(square, {upstream, 2, 1});
  CHECK(tape.gradient(x)(0, 0) == 6);
  const std::string message = message_of<UsageError>([&] { tape.backward(loss); });
  CHECK(message.find("ended at value " + std::to_string(square.index)) != std::string::npos);

  tape.forward({}, x);  // computes nothing
  CHECK(tape.value(square)(0, 0) == 9);
  tape.forward({});
  CHECK(tape.value(fourth)(0, 0) == 81);
  tape.backward(loss);
  CHECK(tape.gradient(x)(0, 0) == 4 * 27);
  CHECK_THROWS_AS(tape.forward({}, Var{graph.size()}), UsageError);
  CHECK_THROWS_AS(tape.forward({}, Var{}), UsageError);
}

TEST_CASE("slots are aligned to cache lines and constants are in place") {
  Graph graph;
  const Var x = graph.input("x", 3);
  const Var c = graph.constant("c", 3, 1, {1, 2, 3});
  const Var y = affine(graph, graph.parameter("w", 3, 3), c, x);
  Parameters<float> parameters(graph);
  Tape<float> tape(graph, parameters, {.max_batch = 5});
  tape.forward({});
  for (const Var var : {x, c, y}) {
    CHECK(reinterpret_cast<std::uintptr_t>(tape.value(var).data) % 64 == 0);
  }
  for (Index j = 0; j < 5; ++j) CHECK(tape.value(y)(1, j) == 2);
}

TEST_CASE("replaying allocates nothing, whatever the batch") {
  SquareNet net;
  Parameters<float> parameters(net.graph);
  Tape<float> tape(net.graph, parameters, {.max_batch = 64});
  const AllocationCount count;
  for (const Index batch : {64, 1, 17, 64}) {
    tape.set_batch(batch);
    parameters.zero_gradients();
    tape.forward({});
    tape.backward(net.loss);
  }
  CHECK(count.since_start() == 0);
}

TEST_CASE("a net too large for the tiled product allocates nothing either") {
  Graph graph;
  const Var x = graph.input("x", 1100);
  const Var y = affine(graph, graph.parameter("w", 1200, 1100), graph.parameter("b", 1200), x, "y");
  const Var loss =
      sum(graph, affine(graph, graph.parameter("v", 1000, 1200), graph.parameter("c", 1000), y));
  Parameters<float> parameters(graph);
  Tape<float> tape(graph, parameters, {.max_batch = 128});
  const AllocationCount count;
  tape.forward({});
  tape.backward(loss);
  CHECK(count.since_start() == 0);
}
