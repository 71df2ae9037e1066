#include "core/ops/normalization.hpp"

#include <cmath>
#include <limits>

#include "core/errors.hpp"
#include "core/grad_check.hpp"
#include "core/ops/ops.hpp"
#include "core/tape.hpp"
#include "tests/layers/layer_golden.hpp"
#include "tests/layers/layer_helpers.hpp"
#include "tests/throws.hpp"

using namespace clino;

namespace {

/// A normalisation alone in a graph.
struct Recorded {
  Graph graph;
  Var x, weight, bias, y;
  RunningStatistics running;
};

Var normalize(Graph& graph, bool batch, Var x, Var weight, Var bias, RunningStatistics& running) {
  if (!batch) return layer_norm(graph, x, weight, bias);
  const Index features = graph.shape(x).rows;
  running = {graph.buffer("running_mean", features), graph.buffer("running_var", features, 1),
             graph.buffer("num_batches_tracked", 1, 0, 0)};
  return batch_norm(graph, x, weight, bias, running);
}

Recorded record(bool batch, Index features) {
  Recorded r;
  r.x = r.graph.input("x", features);
  r.weight = r.graph.parameter("weight", features);
  r.bias = r.graph.parameter("bias", features);
  r.y = normalize(r.graph, batch, r.x, r.weight, r.bias, r.running);
  return r;
}

/// The same with numbers: weight 1 and bias 0 unless given.
template <class T>
struct Running {
  explicit Running(bool batch, Index features, const std::vector<double>& weight = {},
                   const std::vector<double>& bias = {})
      : recorded(record(batch, features)),
        parameters(recorded.graph),
        tape(recorded.graph, parameters, {.max_batch = 8, .gradient_of = {recorded.x}}) {
    const auto count = static_cast<std::size_t>(features);
    copy_into(weight.empty() ? std::vector<double>(count, 1) : weight,
              parameters.value(recorded.weight));
    copy_into(bias.empty() ? std::vector<double>(count, 0) : bias, parameters.value(recorded.bias));
  }

  std::span<const T> forward(const std::vector<double>& x, Mode mode) {
    step.mode = mode;
    tape.set_batch(std::ssize(x) / recorded.graph.shape(recorded.x).rows);
    copy_into(x, tape.input(recorded.x));
    tape.forward(step);
    return tape.value(recorded.y).elements();
  }
  void backward(const std::vector<double>& upstream) {
    const std::vector<T> values(upstream.begin(), upstream.end());
    const Matrix<const T> y = tape.value(recorded.y);
    parameters.zero_gradients();
    tape.backward(recorded.y, {values.data(), y.rows, y.columns});
  }

  Recorded recorded;
  Parameters<T> parameters;
  Tape<T> tape;
  StepContext step;
};

template <class T>
void check_golden(double tolerance) {
  const std::vector<double> weight = {1.5, -0.5, 2};
  const std::vector<double> bias = {0.1, 0.2, -0.3};
  Running<T> batch(true, 3, weight, bias);
  Running<T> layer(false, 3, weight, bias);
  for (const GoldenNormalization& golden : kGoldenNormalizations) {
    INFO(golden.name);
    const bool is_batch = golden.name != "layer_norm";
    Running<T>& net = is_batch ? batch : layer;
    const Mode mode = golden.name == "batch_norm, evaluate" ? Mode::evaluate : Mode::train;
    check_close(net.forward(golden.x, mode), golden.y, tolerance);
    net.backward(golden.upstream);
    const Recorded& r = net.recorded;
    check_close(net.tape.gradient(r.x).elements(), golden.x_gradient, tolerance);
    check_close(net.parameters.gradient(r.weight).elements(), golden.weight_gradient, tolerance);
    check_close(net.parameters.gradient(r.bias).elements(), golden.bias_gradient, tolerance);
    if (!is_batch) continue;
    check_close(net.parameters.value(r.running.mean).elements(), golden.running_mean, tolerance);
    check_close(net.parameters.value(r.running.variance).elements(), golden.running_variance,
                tolerance);
  }
  CHECK(batch.parameters.value(batch.recorded.running.num_batches)(0, 0) == 2);
}

}  // namespace

TEST_CASE("normalisation, its gradients and running statistics are PyTorch's") {
  check_golden<double>(2e-15);
  check_golden<float>(2e-6);
}

TEST_CASE("normalisation passes the gradient check") {
  const GoldenNormalization& golden = kGoldenNormalizations[0];
  const std::vector<GradCheckOperand> operands = {
      {3, 5, golden.x, true}, {3, 1, {1.5, -0.5, 2}}, {3, 1, {0.1, 0.2, -0.3}}};
  for (const bool batch : {true, false}) {
    for (const Mode mode : {Mode::train, Mode::evaluate}) {
      const auto function = [&](Graph& graph, std::span<const Var> in) {
        RunningStatistics running;
        return scale(graph, normalize(graph, batch, in[0], in[1], in[2], running), 3);
      };
      const GradCheckResult result = grad_check(function, operands, {.context = {.mode = mode}});
      INFO((batch ? "batch_norm: " : "layer_norm: ") << result.where);
      CHECK(result.passed);
    }
  }
}

TEST_CASE("rows are normalised over the batch, however many there are") {
  // More rows than are summed at a time, and not a multiple of it.
  constexpr Index kFeatures = 131;
  Running<double> net(true, kFeatures);
  std::vector<double> x(static_cast<std::size_t>(kFeatures * 8));
  for (std::size_t k = 0; k < x.size(); ++k) x[k] = std::sin(static_cast<double>(k * k)) * 40 + 7;
  net.forward(x, Mode::train);
  const Matrix<const double> y = net.tape.value(net.recorded.y);
  for (Index i = 0; i < kFeatures; ++i) {
    long double sum = 0;
    long double squares = 0;
    for (Index j = 0; j < 8; ++j) sum += y(i, j);
    for (Index j = 0; j < 8; ++j) squares += static_cast<long double>(y(i, j)) * y(i, j);
    CHECK(std::abs(static_cast<double>(sum)) < 1e-13);
    CHECK(static_cast<double>(squares) == Approx(8).epsilon(1e-6));  // epsilon takes 1e-5 / 800
  }
}

TEST_CASE("a training batch of one sample gives the bias and leaves the statistics alone") {
  Running<double> net(true, 2, {2, 3}, {0.5, -1});
  const auto y = net.forward({300, -7}, Mode::train);
  check_close(y, std::vector<double>{0.5, -1}, 0);
  net.backward({1, 1});
  check_close(net.tape.gradient(net.recorded.x).elements(), std::vector<double>{0, 0}, 0);
  const Recorded& r = net.recorded;
  check_close(net.parameters.value(r.running.mean).elements(), std::vector<double>{0, 0}, 0);
  check_close(net.parameters.value(r.running.variance).elements(), std::vector<double>{1, 1}, 0);
  CHECK(net.parameters.value(r.running.num_batches)(0, 0) == 0);
}

TEST_CASE("evaluation neither moves the statistics nor looks at the batch") {
  Running<double> net(true, 1);
  const double alone = net.forward({2}, Mode::evaluate)[0];
  CHECK(alone == 2 / std::sqrt(1 + 1e-5));
  CHECK(net.forward({2, -300, 17}, Mode::evaluate)[0] == alone);
  CHECK(net.parameters.value(net.recorded.running.num_batches)(0, 0) == 0);
}

TEST_CASE("layer norm at the edges") {
  Running<double> one(false, 1, {5}, {0.25});
  check_close(one.forward({300, -300}, Mode::train), std::vector<double>{0.25, 0.25}, 0);
  Running<double> two(false, 2);
  // Each column stands alone: a NaN stays in its own.
  const auto y = two.forward({std::numeric_limits<double>::quiet_NaN(), 1, -300, 300}, Mode::train);
  CHECK(std::isnan(y[0]));
  CHECK(y[2] == Approx(-1).epsilon(1e-9));
  CHECK(y[3] == Approx(1).epsilon(1e-9));
}

TEST_CASE("a large offset costs no more than the rounding of the mean") {
  // The mean 4096 + 2/3 is rounded by up to 2^-12, half a unit of its last place. That moves x -
  // mean as much, and the variance by the square of it. From squares of x in float little would be
  // left.
  Running<float> net(true, 1);
  const auto y = net.forward({4096, 4097, 4097}, Mode::train);
  const double deviation = std::sqrt(2.0 / 9 + 1e-5);
  const double expected[] = {-2 / (3 * deviation), 1 / (3 * deviation), 1 / (3 * deviation)};
  const double by_mean = 0x1p-12 / deviation;
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(std::abs(static_cast<double>(y[i]) - expected[i]) < by_mean * 1.001);
  }
}

TEST_CASE("normalisation refuses weights of another shape") {
  Graph graph;
  const Var x = graph.input("x", 3);
  const Var three = graph.parameter("three", 3);
  const Var two = graph.parameter("two", 2);
  CHECK(message_of<ShapeError>([&] { layer_norm(graph, x, three, two); }) ==
        "[layer_norm] values [3, batch] need weights and statistics of [3, 1], found [2, 1]");
  CHECK_THROWS_AS(batch_norm(graph, x, two, three, {three, three, three}), ShapeError);
}

TEST_CASE("normalisation refuses statistics and options that make no sense") {
  Graph graph;
  const Var x = graph.input("x", 3);
  const Var three = graph.parameter("three", 3);
  const Var one = graph.parameter("one", 1);
  const Var mean = graph.buffer("mean", 3);
  const Var variance = graph.buffer("variance", 3, 1);
  const Var count = graph.buffer("count", 1);
  const auto refused = [&](RunningStatistics running, double epsilon, double momentum) {
    return message_of<Error>(
        [&] { batch_norm(graph, x, three, three, running, epsilon, momentum); });
  };
  CHECK(refused({mean, variance, mean}, 1e-5, 0.1) ==
        "[batch_norm] the number of batches must be [1, 1], found [3, 1]");
  const std::string mixed =
      "[batch_norm] running mean, variance and number of batches must all be buffers, or none of "
      "them; found ";
  CHECK(refused({mean, variance, one}, 1e-5, 0.1) == mixed + "2 of 3");
  CHECK(refused({three, three, count}, 1e-5, 0.1) == mixed + "1 of 3");
  CHECK(refused({mean, variance, count}, -1, 0.1) == "[batch_norm] epsilon must be >= 0, found -1");
  CHECK(refused({mean, variance, count}, 1e-5, 1.5) ==
        "[batch_norm] momentum must be in [0, 1], found 1.5");
  CHECK(contains(refused({mean, variance, count}, 1e-5, std::nan("")), "momentum"));
  CHECK_THROWS_AS(layer_norm(graph, x, three, three, -1), UsageError);
  CHECK_NOTHROW(batch_norm(graph, x, three, three, {three, three, one}));
}
