#include "core/ops/ops.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "core/grad_check.hpp"
#include "core/ops/softmax.hpp"
#include "core/random.hpp"
#include "core/tape.hpp"
#include "tests/catch.hpp"

using namespace clino;

namespace {

GradCheckOperand operand(Index rows, Index columns, std::uint64_t seed, bool batched = false) {
  Random random(seed, stream_id("ops_test"));
  GradCheckOperand result{.rows = rows, .columns = columns, .batched = batched};
  for (Index i = 0; i < rows * columns; ++i) result.values.push_back(random.normal());
  return result;
}

void check(const GradCheckFunction& function, const std::vector<GradCheckOperand>& operands) {
  const GradCheckResult result = grad_check(function, operands);
  INFO(result.where);
  CHECK(result.largest_error <= 1e-7);
}

/// The output of a function of one batch.
std::vector<double> evaluate(const std::function<Var(Graph&, Var)>& function, Index rows,
                             const std::vector<double>& values) {
  Graph graph;
  const Var x = graph.input("x", rows);
  const Var y = function(graph, x);
  Parameters<double> parameters(graph);
  Tape<double> tape(
      graph, parameters,
      {.max_batch = static_cast<Index>(values.size()) / rows, .mode = TapeMode::evaluate});
  std::ranges::copy(values, tape.input(x).data);
  tape.forward({});
  const auto elements = tape.value(y).elements();
  return {elements.begin(), elements.end()};
}

std::vector<double> softmax_of(const std::vector<double>& x, double temperature = 1) {
  return evaluate([&](Graph& g, Var v) { return softmax(g, v, temperature); },
                  static_cast<Index>(x.size()), x);
}

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_CASE("gradients of the arithmetic agree with differences") {
  for (const Index batch : {1, 5}) {
    for (const Index width : {1, 4}) {
      const auto x = operand(width, batch, 1, true);
      const auto w = operand(3, width, 2);
      const auto b = operand(3, 1, 3);
      check([](Graph& g, auto v) { return affine(g, v[0], v[1], v[2]); }, {w, b, x});
      check([](Graph& g, auto v) { return matmul(g, v[0], v[1]); }, {w, x});
      check([](Graph& g, auto v) { return add(g, v[0], v[1]); },
            {x, operand(width, batch, 4, true)});
      check([](Graph& g, auto v) { return multiply(g, v[0], v[1]); },
            {x, operand(width, batch, 5, true)});
      check([](Graph& g, auto v) { return scale(g, v[0], -2.5); }, {x});
      check([](Graph& g, auto v) { return sum(g, v[0]); }, {x});
      check([](Graph& g, auto v) { return mean(g, v[0]); }, {x});
    }
  }
}

TEST_CASE("gradients of products of fixed matrices agree with differences") {
  check([](Graph& g, auto v) { return matmul(g, v[0], v[1]); },
        {operand(3, 4, 1), operand(4, 2, 2)});
}

TEST_CASE("gradients of softmax agree with differences at any temperature") {
  for (const double temperature : {0.5, 1.0, 7.0}) {
    for (const Index rows : {1, 2, 6}) {
      const auto x = operand(rows, 3, 1, true);
      check([=](Graph& g, auto v) { return softmax(g, v[0], temperature); }, {x});
      check([=](Graph& g, auto v) { return log_softmax(g, v[0], temperature); }, {x});
    }
  }
}

TEST_CASE("a value used twice collects both gradients") {
  const auto x = operand(3, 2, 1, true);
  check([](Graph& g, auto v) { return add(g, v[0], v[0]); }, {x});
  check([](Graph& g, auto v) { return multiply(g, v[0], v[0]); }, {x});
  // A diamond: x -> (2x, x^2) -> their product, added to x again.
  check(
      [](Graph& g, auto v) {
        const Var left = scale(g, v[0], 2);
        const Var right = multiply(g, v[0], v[0]);
        return add(g, multiply(g, left, right), v[0]);
      },
      {x});
  // A weight shared by two layers.
  check([](Graph& g, auto v) { return affine(g, v[0], v[1], affine(g, v[0], v[1], v[2])); },
        {operand(3, 3, 4), operand(3, 1, 5), x});
}

TEST_CASE("softmax sums to one, whatever is added to its input") {
  Random random(6, stream_id("softmax"));
  for (int repeat = 0; repeat < 50; ++repeat) {
    std::vector<double> x(7);
    for (double& v : x) v = 10 * random.normal();
    std::vector<double> shifted = x;
    for (double& v : shifted) v += 1024;  // exact in double for these magnitudes up to 2^-42
    const auto y = softmax_of(x);
    const auto z = softmax_of(shifted);
    double total = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
      total += y[i];
      CHECK(y[i] > 0);
      CHECK(z[i] == Approx(y[i]).epsilon(1e-11));
    }
    CHECK(std::abs(total - 1) < 1e-15 * 7);
  }
}

TEST_CASE("softmax neither overflows nor loses ties") {
  CHECK(softmax_of({1e4, 1e4, -1e4}) == std::vector<double>{.5, .5, 0});
  const auto far = softmax_of({300, -300});
  CHECK(far[0] == 1);
  CHECK(far[1] == Approx(std::exp(-600.0)).epsilon(1e-15));
  CHECK(softmax_of({-1e300, -1e300}) == std::vector<double>{.5, .5});
  CHECK(softmax_of({kInf, 0, kInf}) == std::vector<double>{.5, 0, .5});
  CHECK(softmax_of({-kInf, 0}) == std::vector<double>{0, 1});
  CHECK(softmax_of({-kInf, -kInf}) == std::vector<double>{.5, .5});
  CHECK(softmax_of({42}) == std::vector<double>{1});
  for (const double y : softmax_of({1, kNan, 3})) CHECK(std::isnan(y));
}

TEST_CASE("a high temperature evens out, a low one picks the largest") {
  const std::vector<double> x{1, 2, 4};
  double entropy_before = -1;
  for (double temperature = 1e-3; temperature <= 1e3; temperature *= 10) {
    double entropy = 0;
    for (const double p : softmax_of(x, temperature)) entropy -= p > 0 ? p * std::log(p) : 0;
    CHECK(entropy >= entropy_before);
    entropy_before = entropy;
  }
  CHECK(entropy_before == Approx(std::log(3.0)).epsilon(1e-5));
  CHECK(softmax_of(x, 1e-3) == std::vector<double>{0, 0, 1});
  CHECK(softmax_of({5, 5, 1}, 1e-3) == std::vector<double>{.5, .5, 0});
}

TEST_CASE("log softmax is exact where softmax underflows") {
  const auto y = evaluate([](Graph& g, Var v) { return log_softmax(g, v); }, 2, {0, -1000});
  CHECK(y[0] == 0);
  CHECK(y[1] == -1000);
}

TEST_CASE("a batch that is not finite stays what it is") {
  CHECK(evaluate([](Graph& g, Var v) { return scale(g, v, 2); }, 1, {kInf})[0] == kInf);
  CHECK(std::isnan(evaluate([](Graph& g, Var v) { return sum(g, v); }, 2, {kNan, 1})[0]));
  CHECK(std::isnan(
      evaluate([](Graph& g, Var v) { return add(g, v, scale(g, v, -1)); }, 1, {kInf})[0]));
}
