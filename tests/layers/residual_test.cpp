#include <cmath>

#include "core/errors.hpp"
#include "tests/layers/model_helpers.hpp"

using namespace clino;

namespace {

/// The derivative of the loss by a parameter, by five-point central differences.
double difference(RunningModel& net, double& parameter) {
  const double middle = parameter;
  const double h = 1e-3;
  const auto at = [&](double offset) {
    parameter = middle + offset;
    return net.loss();
  };
  const double slope = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
  parameter = middle;
  return slope;
}

/// Holds the gradients of all parameters and of the input to differences, at 1e-7 of the largest.
void check_gradients(RunningModel& net) {
  net.parameters.zero_gradients();
  net.loss();
  // Upstream is 3, not 1.
  const double upstream = 3;
  net.tape.backward(net.model.loss, {&upstream, 1, 1});
  std::vector<double> rule(net.parameters.gradients().begin(), net.parameters.gradients().end());
  const auto input_rule = net.tape.gradient(net.model.input).elements();
  rule.insert(rule.end(), input_rule.begin(), input_rule.end());
  std::vector<double> expected;
  for (double& x : net.parameters.values()) expected.push_back(3 * difference(net, x));
  for (double& x : net.tape.input(net.model.input).elements()) {
    expected.push_back(3 * difference(net, x));
  }
  check_close(rule, expected, 1e-7);
}

}  // namespace

TEST_CASE("a residual block adds its input to its layers' output") {
  RunningModel net({.inputs = 2, .layers = {residual({dense(3), layer("tanh"), dense(2)})}}, 3);
  net.loss();
  const auto& layers = net.model.layers;
  const Matrix<const double> x = net.tape.value(net.model.input);
  const Matrix<const double> y = net.tape.value(layers[0].output);
  const auto weight = [&](std::size_t i) { return net.parameters.value(layers[i].weight); };
  for (Index j = 0; j < 3; ++j) {
    for (Index i = 0; i < 2; ++i) {
      long double expected = x(i, j);
      for (Index k = 0; k < 3; ++k) {
        long double z = 0;
        for (Index m = 0; m < 2; ++m) z += static_cast<long double>(weight(1)(k, m)) * x(m, j);
        expected += weight(3)(i, k) * std::tanh(z);
      }
      CHECK(y(i, j) == Approx(static_cast<double>(expected)).epsilon(1e-14));
    }
  }
}

TEST_CASE("gradients of nets with every kind of layer are right") {
  SECTION("residual blocks within residual blocks") {
    RunningModel net({.inputs = 2,
                      .outputs = 2,
                      .layers = {residual({dense(3), layer("tanh"),
                                           residual({dense(3), layer("gelu")}), dense(2)})}});
    check_gradients(net);
  }
  SECTION("normalisation, dropout and a learned slope, in both modes") {
    RunningModel net({.inputs = 3,
                      .outputs = 2,
                      .layers = {dense(4), layer("batch_norm"), layer("prelu"),
                                 layer("dropout", {{"rate", 0.3}}),
                                 residual({layer("layer_norm"), dense(4), layer("silu")})}});
    check_gradients(net);
    net.step.mode = Mode::evaluate;
    check_gradients(net);
  }
}

TEST_CASE("a block of width 1 on a batch of one") {
  RunningModel net({.layers = {residual({layer("relu")})}}, 1);
  copy_into({-2}, net.tape.input(net.model.input));
  net.loss();
  CHECK(net.tape.value(net.model.layers[0].output)(0, 0) == -2);
  copy_into({2}, net.tape.input(net.model.input));
  net.loss();
  CHECK(net.tape.value(net.model.layers[0].output)(0, 0) == 4);
}
