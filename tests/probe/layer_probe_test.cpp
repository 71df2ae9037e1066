#include "probe/layer_probe.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/ops/ops.hpp"
#include "core/random.hpp"
#include "probe/sign_agreement.hpp"
#include "tests/allocations.hpp"
#include "tests/catch.hpp"

namespace clino::test {
namespace {

/// A net with data on its tape, after a backward pass.
template <class T>
struct Observed {
  Model model;
  Parameters<T> parameters;
  Tape<T> tape;
  LayerProbe<T> probe;

  explicit Observed(const char* activation, double input_scale = 1)
      : model(build_model({.inputs = 3,
                           .outputs = 2,
                           .layers = hidden_layers(std::vector<Index>{5, 4}, {.type = activation}),
                           .loss = {.type = "mse"}})),
        parameters(model.graph),
        tape(model.graph, parameters, {.max_batch = 6}),
        probe(model, parameters) {
    initialize(model, parameters, 1);
    Random random(2, stream_id("probe_test"));
    for (T& x : tape.input(model.input).elements()) {
      x = static_cast<T>(input_scale * random.normal());
    }
    for (T& y : tape.input(model.target).elements()) y = static_cast<T>(random.normal());
    tape.forward({});
    tape.backward(model.loss);
    probe.observe(tape, parameters);
  }
};

template <class T>
double norm_of(Matrix<const T> m) {
  long double sum = 0;
  for (const T x : m.elements()) sum += static_cast<long double>(x) * x;
  return static_cast<double>(std::sqrt(sum));
}

}  // namespace

TEMPLATE_TEST_CASE("records are the norms and moments that they say", "", float, double) {
  Observed<TestType> o("tanh");
  for (std::size_t i = 0; i < o.model.layers.size(); ++i) {
    const Layer& layer = o.model.layers[i];
    const LayerRecord& record = o.probe.records()[i];
    CHECK(record.delta_norm == Approx(norm_of(o.tape.gradient(layer.output))).epsilon(1e-12));
    long double sum = 0;
    long double square = 0;
    const auto output = o.tape.value(layer.output);
    for (const TestType x : output.elements()) sum += x;
    const long double mean = sum / output.size();
    for (const TestType x : output.elements()) square += (x - mean) * (x - mean);
    CHECK(record.output_mean == Approx(static_cast<double>(mean)).margin(1e-12));
    CHECK(record.output_std ==
          Approx(static_cast<double>(std::sqrt(square / output.size()))).epsilon(1e-10));
    CHECK(record.nonfinite == 0);
    if (!layer.weight.valid()) continue;
    CHECK(record.weight_norm ==
          Approx(norm_of<TestType>(o.parameters.value(layer.weight))).epsilon(1e-12));
    CHECK(record.weight_grad_norm ==
          Approx(norm_of<TestType>(o.parameters.gradient(layer.weight))).epsilon(1e-12));
    CHECK(record.bias_grad_norm ==
          Approx(norm_of<TestType>(o.parameters.gradient(layer.bias))).epsilon(1e-12));
  }
}

TEST_CASE("saturation is counted by the slope") {
  // |tanh'(x)| < 1e-3 where |x| > acosh(sqrt(1000)) = 4.1464...; every unit of the first layer
  // sees inputs a thousand times too large.
  Observed<double> o("tanh", 1000);
  const auto pre = o.tape.value(o.model.layers[1].input);
  int saturated = 0;
  for (const double z : pre.elements()) saturated += std::abs(z) > 4.146434 ? 1 : 0;
  REQUIRE(saturated > 0);
  CHECK(o.probe.records()[1].below_threshold_fraction ==
        Approx(double(saturated) / double(pre.size())));
}

TEST_CASE("a unit is dead in a batch when no sample activates it") {
  Observed<double> o("relu");
  const auto pre = o.tape.value(o.model.layers[1].input);
  int dead = 0;
  int inactive = 0;
  for (Index unit = 0; unit < pre.rows; ++unit) {
    bool active = false;
    for (Index j = 0; j < pre.columns; ++j) {
      active = active || pre(unit, j) > 0;
      inactive += pre(unit, j) > 0 ? 0 : 1;
    }
    dead += active ? 0 : 1;
  }
  CHECK(o.probe.records()[1].dead_fraction == Approx(dead / 5.0));
  CHECK(o.probe.records()[1].below_threshold_fraction == Approx(inactive / 30.0));
}

TEST_CASE("which units of a batch are active is kept for every elementwise activation") {
  Observed<double> o("relu");
  std::vector<unsigned char> all;
  for (std::size_t i = 0; i < o.model.layers.size(); ++i) {
    const Layer& layer = o.model.layers[i];
    const auto active = o.probe.active_units(i);
    all.insert(all.end(), active.begin(), active.end());
    if (layer.type == "dense") {
      CHECK(active.empty());
      continue;
    }
    const auto pre = o.tape.value(layer.input);
    REQUIRE(std::ssize(active) == pre.rows);
    for (Index unit = 0; unit < pre.rows; ++unit) {
      bool expected = false;
      for (Index j = 0; j < pre.columns; ++j) expected = expected || pre(unit, j) > 0;
      CHECK(bool(active[static_cast<std::size_t>(unit)]) == expected);
    }
  }
  CHECK(std::ranges::count(all, 0) > 0);
  CHECK(std::ranges::equal(all, o.probe.active_units()));
  const Observed<double> mixed("softmax");
  CHECK(mixed.probe.active_units(1).empty());
  CHECK(mixed.probe.active_units().empty());
}

TEST_CASE("a learned slope counts as it is, not as it was") {
  Observed<double> o("prelu");
  CHECK(o.probe.records()[1].below_threshold_fraction == 0);
  o.parameters.value(o.model.layers[1].weight)(0, 0) = 0;
  o.tape.forward({});
  o.tape.backward(o.model.loss);
  o.probe.observe(o.tape, o.parameters);
  CHECK(o.probe.records()[1].below_threshold_fraction > 0);
}

TEST_CASE("an update of weights that are zero has a ratio") {
  Observed<double> o("tanh");
  std::ranges::fill(o.parameters.values(), 0);
  o.probe.observe(o.tape, o.parameters);
  std::vector<double> squares(o.parameters.segments().size(), 0);
  o.probe.observe_update(squares);
  CHECK(o.probe.records()[0].update_ratio == 0);
  std::ranges::fill(squares, 1);
  o.probe.observe_update(squares);
  CHECK(std::isinf(o.probe.records()[0].update_ratio));
}

TEST_CASE("what is known of an activation's sign gives what its values give") {
  for (const char* activation : {"sigmoid", "relu", "softplus", "tanh", "gelu"}) {
    Observed<double> o(activation);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    for (const double planted : {0.5, nan}) {
      o.tape.input(o.model.input)(0, 1) = planted;
      o.tape.forward({});
      o.tape.backward(o.model.loss);
      o.probe.observe(o.tape, o.parameters);
      for (std::size_t i = 0; i < o.model.layers.size(); ++i) {
        const Layer& layer = o.model.layers[i];
        if (layer.type != "dense") continue;
        INFO(activation << ", layer " << i << ", " << planted);
        CHECK(o.probe.records()[i].same_sign_fraction ==
              same_sign_fraction<double>(o.tape.value(layer.input), o.tape.gradient(layer.output)));
      }
    }
  }
}

TEST_CASE("what is not finite is counted, not dropped") {
  Observed<float> o("relu");
  o.tape.input(o.model.input)(0, 0) = std::numeric_limits<float>::quiet_NaN();
  o.tape.forward({});
  o.tape.backward(o.model.loss);
  o.probe.observe(o.tape, o.parameters);
  CHECK(o.probe.records()[0].nonfinite == 5);
  CHECK(std::isnan(o.probe.records()[0].output_mean));
  CHECK(std::isnan(o.probe.records()[0].output_std));
}

TEST_CASE("norms are exact where squares leave the range of double") {
  const std::vector<double> tiny{3e-200, 4e-200};
  CHECK(norm<double>(tiny) == Approx(5e-200).epsilon(1e-14));
  const std::vector<double> huge{3e200, -4e200};
  CHECK(norm<double>(huge) == Approx(5e200).epsilon(1e-14));
  const std::vector<float> subnormal{3e-41F, 4e-41F};
  CHECK(norm<float>(subnormal) == Approx(5e-41).epsilon(1e-4));
  const std::vector<double> empty;
  CHECK(norm<double>(empty) == 0);
  const std::vector<double> zeros(5);
  CHECK(norm<double>(zeros) == 0);
  const std::vector<double> infinite{1, std::numeric_limits<double>::infinity()};
  CHECK(std::isinf(norm<double>(infinite)));
  const std::vector<double> nan{1, std::nan("")};
  CHECK(std::isnan(norm<double>(nan)));
}

TEST_CASE("norms of floats are right at every size") {
  // Their squares leave the range of float below 1e-19 and above 1e19.
  for (int exponent = -36; exponent <= 36; ++exponent) {
    const double scale = std::pow(10, exponent);
    std::vector<float> values;
    long double square = 0;
    for (int i = 0; i < 1500; ++i) {
      const auto value = static_cast<float>(scale * std::sin(1.7 * i + 1));
      values.push_back(value);
      square += static_cast<long double>(value) * value;
    }
    CAPTURE(exponent);
    CHECK(norm<float>(values) == Approx(double(std::sqrt(square))).epsilon(5 * 0x1p-24));
  }
}

TEST_CASE("the gradient of all learned numbers is that of the records together") {
  const Observed<double> o("prelu");
  CHECK(o.probe.grad_norm() ==
        Approx(norm<double>(std::as_const(o.parameters).gradients())).epsilon(1e-14));
  CHECK(o.probe.grad_norm() > 0);
}

TEST_CASE("a net that is looked at while it computes has the same records") {
  const std::vector<LayerSpec> layers = {
      {.choice = {.type = "dense", .options = {{"units", std::int64_t{6}}}}},
      {.choice = {.type = "batch_norm"}},
      {.choice = {.type = "prelu"}},
      {.choice = {.type = "residual"},
       .layers = {{.choice = {.type = "dense", .options = {{"units", std::int64_t{6}}}}},
                  {.choice = {.type = "relu"}},
                  {.choice = {.type = "identity"}}}},
      {.choice = {.type = "softmax"}},
      {.choice = {.type = "dropout"}}};
  const Model model = build_model({.inputs = 3, .outputs = 2, .layers = layers});
  Parameters<float> parameters(model.graph);
  initialize(model, parameters, 2);
  std::vector<Var> outputs;
  for (const Layer& layer : model.layers) outputs.push_back(layer.output);
  Tape<float> tape(model.graph, parameters, {.max_batch = 40, .gradient_of = outputs});
  Random random(3, stream_id("layer_probe_test"));
  for (const Var var : {model.input, model.target}) {
    for (float& x : tape.input(var).elements()) x = static_cast<float>(random.normal());
  }
  LayerProbe<float> during(model, parameters), after(model, parameters);
  parameters.zero_gradients();
  const AllocationCount count;
  during.begin(tape, parameters);
  tape.forward({.seed = 1}, {}, during.visitor());
  tape.backward(model.loss, during.visitor());
  during.finish();
  CHECK(count.since_start() == 0);
  after.observe(tape, parameters);
  REQUIRE(after.records().size() == model.layers.size());
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    const LayerRecord& a = during.records()[i];
    const LayerRecord& b = after.records()[i];
    INFO(model.layers[i].type);
    CHECK(a.delta_norm > 0);
    for (const auto member :
         {&LayerRecord::weight_norm, &LayerRecord::weight_grad_norm, &LayerRecord::bias_grad_norm,
          &LayerRecord::delta_norm, &LayerRecord::output_mean, &LayerRecord::output_std,
          &LayerRecord::below_threshold_fraction, &LayerRecord::dead_fraction}) {
      CHECK(a.*member == b.*member);
    }
    CHECK(a.same_sign_fraction == b.same_sign_fraction);
    CHECK(a.nonfinite == b.nonfinite);
  }
  CHECK(std::ranges::equal(during.active_units(), after.active_units()));
}

TEST_CASE("dense layers, and no others, say how far signs agree") {
  const Observed<double> o("sigmoid");
  const auto records = o.probe.records();
  CHECK(*records[0].same_sign_fraction < 1);
  CHECK(records[2].same_sign_fraction == 1);  // fed by a sigmoid
  CHECK_FALSE(records[1].same_sign_fraction.has_value());
}

TEST_CASE("the update ratio is the update's norm over the weights'") {
  Observed<double> o("tanh");
  std::vector<double> squares(o.parameters.segments().size(), 4);
  o.probe.observe_update(squares);
  CHECK(o.probe.records()[0].update_ratio == Approx(2 / o.probe.records()[0].weight_norm));
}

TEST_CASE("observing allocates nothing") {
  Observed<float> o("gelu");
  const AllocationCount count;
  o.probe.observe(o.tape, o.parameters);
  CHECK(count.since_start() == 0);
}

}  // namespace clino::test
