#include "probe/nonfinite_origin.hpp"

#include <cmath>
#include <limits>
#include <string>

#include "tests/layers/model_helpers.hpp"

namespace clino::test {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

/// 0 dense, 1 batch_norm, 2 tanh, 3 residual of 3.0 dense and 3.1 prelu, 4 softsign, 5 dense.
ModelSpec mixed_net(const std::string& loss = "mse") {
  return {.inputs = 3,
          .outputs = 2,
          .layers = {dense(5), layer("batch_norm"), layer("tanh"),
                     residual({dense(5), layer("prelu")}), layer("softsign")},
          .loss = {.type = loss}};
}

/// A net with a batch of 6, ready to be spoiled.
template <class T>
struct OriginNet {
  Model model;
  Parameters<T> parameters;
  Tape<T> tape;

  explicit OriginNet(const ModelSpec& spec)
      : model(build_model(spec)),
        parameters(model.graph),
        tape(model.graph, parameters, {.max_batch = 6, .gradient_of = {model.input}}) {
    initialize(model, parameters, 1);
    Random random(3, stream_id("nonfinite"));
    for (T& x : tape.input(model.input).elements()) x = static_cast<T>(random.normal());
    for (T& y : tape.input(model.target).elements()) {
      y = spec.loss.type == "mse" ? static_cast<T>(random.normal()) : T{1};
    }
  }

  Matrix<T> named(const std::string& name) {
    for (const Segment& segment : parameters.segments()) {
      if (segment.name == name) return parameters.value(Var{segment.node});
    }
    for (const Segment& segment : parameters.buffer_segments()) {
      if (segment.name == name) return parameters.value(Var{segment.node});
    }
    throw std::runtime_error("no " + name);
  }

  std::optional<NonfiniteOrigin> origin_after(const StepContext& step = {}) {
    parameters.zero_gradients();
    tape.forward(step);
    tape.backward(model.loss);
    return find_nonfinite_origin(model, tape);
  }
};

/// dense 4, relu, dense 4, relu, dense 2, all weights `weight`, without biases' help.
template <class T>
OriginNet<T> constant_net(double weight) {
  OriginNet<T> net({.inputs = 3,
                    .outputs = 2,
                    .layers = {dense(4), layer("relu"), dense(4), layer("relu")},
                    .loss = {.type = "mse"}});
  for (const char* name : {"0.weight", "2.weight", "4.weight"}) {
    std::ranges::fill(net.named(name).elements(), static_cast<T>(weight));
  }
  return net;
}

}  // namespace

TEMPLATE_TEST_CASE("a finite net has no origin", "", float, double) {
  CHECK_FALSE(OriginNet<TestType>(mixed_net()).origin_after().has_value());
  CHECK_FALSE(OriginNet<TestType>(mixed_net("softmax_cross_entropy")).origin_after().has_value());
}

TEMPLATE_TEST_CASE("a NaN planted in any weight is found at its place", "", float, double) {
  struct Place {
    std::string node;
    Index layer;
    Index row, column;
  };
  for (const Place& place : {Place{"0.weight", 0, 4, 1}, Place{"3.0.weight", 4, 2, 3},
                             Place{"5.weight", 7, 1, 0}, Place{"1.weight", 1, 3, 0}}) {
    OriginNet<TestType> net(mixed_net());
    const Matrix<TestType> weight = net.named(place.node);
    const double largest =
        std::abs(double(*std::ranges::max_element(weight.elements(), {}, [&](const TestType& w) {
          return &w == &weight(place.row, place.column) ? TestType{0} : std::abs(w);
        })));
    weight(place.row, place.column) = std::numeric_limits<TestType>::quiet_NaN();
    const auto origin = net.origin_after();
    INFO(place.node);
    REQUIRE(origin.has_value());
    CHECK(origin->node == place.node);
    CHECK(kind_text(*origin) == "parameter");
    CHECK(origin->direction == Direction::forward);
    CHECK(origin->operation.empty());
    CHECK(origin->layer == place.layer);
    CHECK(origin->unit == place.row);
    CHECK(origin->column ==
          (place.node == "1.weight" ? std::nullopt : std::optional<Index>(place.column)));
    CHECK_FALSE(origin->sample.has_value());
    CHECK(std::isnan(origin->value));
    CHECK(origin->count == 1);
    CHECK(origin->largest_before == largest);
  }
}

TEST_CASE("an infinity in a bias is found, the first of several by row") {
  OriginNet<float> net(mixed_net());
  net.named("3.0.bias")(4, 0) = std::numeric_limits<float>::infinity();
  net.named("3.0.bias")(2, 0) = -std::numeric_limits<float>::infinity();
  const auto origin = net.origin_after();
  REQUIRE(origin.has_value());
  CHECK(origin->node == "3.0.bias");
  CHECK(origin->layer == 4);
  CHECK(origin->unit == 2);
  CHECK_FALSE(origin->column.has_value());
  CHECK(origin->value == -kInf);
  CHECK(origin->count == 2);
}

TEST_CASE("what a batch brings is named with its sample") {
  OriginNet<double> net(mixed_net());
  net.tape.input(net.model.input)(2, 4) = std::nan("");
  auto origin = net.origin_after();
  REQUIRE(origin.has_value());
  CHECK(origin->node == "input");
  CHECK(kind_text(*origin) == "input");
  CHECK_FALSE(origin->layer.has_value());
  CHECK(origin->unit == 2);
  CHECK(origin->sample == 4);

  net.tape.input(net.model.input)(2, 4) = 0;
  // Batch norm has meanwhile written NaN to its running statistics, which training never reads.
  net.tape.input(net.model.target)(1, 5) = kInf;
  origin = net.origin_after();
  REQUIRE(origin.has_value());
  CHECK(origin->node == "target");
  CHECK(origin->unit == 1);
  CHECK(origin->sample == 5);
  CHECK(origin->value == kInf);
}

TEST_CASE("a running statistic is an origin where it is read") {
  OriginNet<double> net(mixed_net());
  net.named("1.running_mean")(3, 0) = kInf;
  CHECK_FALSE(net.origin_after().has_value());
  const auto origin = net.origin_after({.mode = Mode::evaluate});
  REQUIRE(origin.has_value());
  CHECK(origin->node == "1.running_mean");
  CHECK(kind_text(*origin) == "parameter");
  CHECK(origin->layer == 1);
  CHECK(origin->unit == 3);
  CHECK_FALSE(origin->sample.has_value());
}

TEST_CASE("an overflow names the first product that did not fit") {
  // With all inputs 2: 3 * 2e15 = 6e15, 4 * 6e30 = 2.4e31 fits, 4 * 2.4e46 does not.
  OriginNet<float> net = constant_net<float>(1e15);
  std::ranges::fill(net.tape.input(net.model.input).elements(), 0.5F);
  std::ranges::fill(net.tape.input(net.model.input).column(3), 2.0F);
  net.named("4.weight")(0, 2) = 0;
  net.named("4.weight")(0, 1) = 0;
  auto origin = net.origin_after();
  REQUIRE(origin.has_value());
  CHECK(origin->node == "4");
  CHECK(kind_text(*origin) == "operation");
  CHECK(to_text(origin->direction) == "forward");
  CHECK(origin->operation == "affine");
  CHECK(origin->layer == 4);
  CHECK(origin->unit == 0);
  CHECK(origin->sample == 0);
  CHECK_FALSE(origin->column.has_value());
  CHECK(origin->value == kInf);
  CHECK(origin->count == 12);
  CHECK(origin->largest_before == Approx(2.4e31).epsilon(1e-6));

  // One sample, one unit: the others' inputs are 0.
  std::ranges::fill(net.tape.input(net.model.input).elements(), 0.0F);
  std::ranges::fill(net.tape.input(net.model.input).column(3), 2.0F);
  std::ranges::fill(net.named("2.weight").elements(), 0.0F);
  std::ranges::fill(net.named("4.weight").elements(), 0.0F);
  net.named("2.weight")(1, 2) = -3e30F;
  origin = net.origin_after();
  REQUIRE(origin.has_value());
  CHECK(origin->node == "2");
  CHECK(origin->layer == 2);
  CHECK(origin->unit == 1);
  CHECK(origin->sample == 3);
  CHECK(origin->value == -kInf);
  CHECK(origin->count == 1);
  CHECK(origin->largest_before == Approx(3e30).epsilon(1e-6));
}

TEST_CASE("a loss that overflows is named, with no layer") {
  // The predictions fit into double, their squares do not.
  OriginNet<double> net = constant_net<double>(1e60);
  const auto origin = net.origin_after();
  REQUIRE(origin.has_value());
  CHECK(origin->node == "loss");
  CHECK(origin->operation == "mse");
  CHECK(kind_text(*origin) == "operation");
  CHECK_FALSE(origin->layer.has_value());
  CHECK_FALSE(origin->unit.has_value());
  CHECK_FALSE(origin->sample.has_value());
  CHECK(origin->value == kInf);
  CHECK(origin->largest_before > 1e179);

  OriginNet<double> classes(mixed_net("softmax_cross_entropy"));
  std::ranges::fill(classes.tape.input(classes.model.target).elements(), 7);  // there are 2 classes
  const auto of_classes = classes.origin_after();
  REQUIRE(of_classes.has_value());
  CHECK(of_classes->node == "loss");
  CHECK(of_classes->operation == "softmax_cross_entropy");
  CHECK(std::isnan(of_classes->value));
}

TEMPLATE_TEST_CASE("a gradient that overflows behind a finite loss", "", float, double) {
  // All is 0 in forward, since all inputs are; W^T delta multiplies by the weights at each layer.
  constexpr bool kSingle = std::is_same_v<TestType, float>;
  const double weight = kSingle ? 1e17 : 1e110;
  OriginNet<TestType> net({.inputs = 3,
                           .outputs = 1,
                           .layers = {dense(1), layer("identity"), dense(1), layer("identity")},
                           .loss = {.type = "mse"}});
  for (const char* name : {"0.weight", "2.weight", "4.weight"}) {
    std::ranges::fill(net.named(name).elements(), static_cast<TestType>(weight));
  }
  std::ranges::fill(net.tape.input(net.model.input).elements(), TestType{0});
  std::ranges::fill(net.tape.input(net.model.target).elements(), TestType{0});
  net.tape.input(net.model.target)(0, 2) = static_cast<TestType>(-300);
  // delta: prediction 2 * 300 / 6 = 100; layer 2: 1e19 (1e112); layer 0: 1e36 (1e222); the input's
  // would be 1e53 (1e332).
  const auto origin = net.origin_after();
  REQUIRE(origin.has_value());
  CHECK(origin->node == "input");
  CHECK(kind_text(*origin) == "input");
  CHECK(to_text(origin->direction) == "backward");
  CHECK(origin->operation == "affine");
  CHECK_FALSE(origin->layer.has_value());
  CHECK(origin->unit == 0);
  CHECK(origin->sample == 2);
  CHECK(origin->value == kInf);
  CHECK(origin->count == 3);
  CHECK(origin->largest_before == Approx(kSingle ? 1e36 : 1e222).epsilon(1e-5));

  // With 1000 times the weight in the last layer alone, layer 0's own output is the first to fail.
  net.named("4.weight")(0, 0) *= static_cast<TestType>(kSingle ? 1e5 : 1e90);
  const auto earlier = net.origin_after();
  REQUIRE(earlier.has_value());
  CHECK(earlier->node == "1");
  CHECK(earlier->layer == 1);
  CHECK(earlier->operation == "affine");
  CHECK(earlier->sample == 2);
  CHECK(earlier->count == 1);
}

TEST_CASE("an upstream gradient that is too large shows where it meets the loss") {
  OriginNet<double> net(mixed_net());
  std::ranges::fill(net.tape.input(net.model.target).elements(), 1000.0);
  net.tape.forward({});
  double upstream = 1e308;
  net.tape.backward(net.model.loss, {&upstream, 1, 1});
  auto origin = find_nonfinite_origin(net.model, net.tape);
  REQUIRE(origin.has_value());
  CHECK(origin->node == "5");
  CHECK(origin->direction == Direction::backward);
  CHECK(origin->operation == "mse");
  CHECK(origin->layer == 7);
  CHECK(origin->value == -kInf);
  CHECK(origin->count == 12);
  CHECK(origin->largest_before == 1e308);

  upstream = kInf;
  net.tape.backward(net.model.loss, {&upstream, 1, 1});
  origin = find_nonfinite_origin(net.model, net.tape);
  REQUIRE(origin.has_value());
  CHECK(origin->node == "loss");
  CHECK(origin->direction == Direction::backward);
  CHECK_FALSE(origin->layer.has_value());
}

TEST_CASE("a weight's gradient overflows where the signal does not") {
  // dL/dW = delta h with delta = 2 (0 - 1e155) / 6 / 2 and h = 1e160, where W is 0.
  OriginNet<double> net({.inputs = 3, .outputs = 2, .layers = {}, .loss = {.type = "mse"}});
  std::ranges::fill(net.parameters.values(), 0.0);
  std::ranges::fill(net.tape.input(net.model.input).elements(), 0.0);
  std::ranges::fill(net.tape.input(net.model.target).elements(), 0.0);
  net.tape.input(net.model.input)(1, 3) = 1e160;
  net.tape.input(net.model.target)(1, 3) = 1e153;
  const auto origin = net.origin_after();
  REQUIRE(origin.has_value());
  CHECK(origin->node == "0.weight");
  CHECK(kind_text(*origin) == "parameter");
  CHECK(origin->direction == Direction::backward);
  CHECK(origin->operation == "affine");
  CHECK(origin->layer == 0);
  CHECK(origin->unit == 1);
  CHECK(origin->column == 1);
  CHECK_FALSE(origin->sample.has_value());
  CHECK(origin->value == -kInf);
  CHECK(origin->count == 1);
  CHECK(origin->largest_before == 1e160);
}

}  // namespace clino::test
