#include "probe/jacobian.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

#include "core/random.hpp"
#include "probe/layer_probe.hpp"
#include "probe/singular_values.hpp"
#include "tests/catch.hpp"

namespace clino::test {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

LayerSpec layer(const std::string& type, std::map<std::string, OptionValue> options = {}) {
  return {.choice = {.type = type, .options = std::move(options)}};
}

LayerSpec dense(std::int64_t units) { return layer("dense", {{"units", units}}); }

/// A net with random samples as inputs.
template <class T>
struct JacobianNet {
  Model model;
  Parameters<T> parameters;
  std::vector<std::vector<double>> samples;

  explicit JacobianNet(const ModelSpec& spec, Index sample_count = 3, std::uint64_t seed = 4)
      : model(build_model(spec)), parameters(model.graph) {
    initialize(model, parameters, seed);
    Random random(seed, stream_id("jacobian_test"));
    // Biases and running statistics too, so that nothing is symmetric.
    for (T& value : parameters.values()) value += static_cast<T>(0.1 * random.normal());
    for (T& value : parameters.buffers()) value += static_cast<T>(0.1 + 0.1 * random.uniform());
    for (Index i = 0; i < sample_count; ++i) {
      std::vector<double>& sample = samples.emplace_back();
      for (Index j = 0; j < spec.inputs; ++j) sample.push_back(random.normal());
    }
  }

  void fill(Tape<T>& tape, const std::vector<double>& sample) const {
    tape.set_batch(1);
    std::ranges::transform(sample, tape.input(model.input).data,
                           [](double x) { return static_cast<T>(x); });
  }
  std::vector<JacobianRecord> spectra() {
    return jacobian_spectra<T>(model, parameters, std::ssize(samples),
                               [this](Tape<T>& tape, Index sample) {
                                 fill(tape, samples[static_cast<std::size_t>(sample)]);
                               });
  }
  Tape<T> probe_tape(const std::vector<double>& sample) {
    Tape<T> tape(model.graph, parameters,
                 {.max_batch = 1, .mode = TapeMode::probe, .gradient_of = {model.input}});
    fill(tape, sample);
    tape.forward({.mode = Mode::evaluate});
    return tape;
  }
};

/// d output / d input by five-point central differences, column-major.
std::vector<double> differences(JacobianNet<double>& net, Var output, std::vector<double> sample) {
  Tape<double> tape(net.model.graph, net.parameters, {.max_batch = 1, .mode = TapeMode::evaluate});
  const double h = 1e-3;
  const auto at = [&](std::size_t j, double offset) {
    std::vector<double> moved = sample;
    moved[j] += offset;
    net.fill(tape, moved);
    tape.forward({});
    const auto value = std::as_const(tape).value(output).elements();
    return std::vector<double>(value.begin(), value.end());
  };
  std::vector<double> elements;
  for (std::size_t j = 0; j < sample.size(); ++j) {
    const auto up = at(j, h), down = at(j, -h), far_up = at(j, 2 * h), far_down = at(j, -2 * h);
    for (std::size_t i = 0; i < up.size(); ++i) {
      elements.push_back((8 * (up[i] - down[i]) - (far_up[i] - far_down[i])) / (12 * h));
    }
  }
  return elements;
}

std::vector<double> root_mean_squares(const std::vector<std::vector<double>>& spectra) {
  std::vector<double> result(spectra.front().size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    for (const auto& spectrum : spectra) result[i] += spectrum[i] * spectrum[i];
    result[i] = std::sqrt(result[i] / static_cast<double>(spectra.size()));
  }
  return result;
}

void check_close(const std::vector<double>& found, const std::vector<double>& expected,
                 double tolerance) {
  REQUIRE(found.size() == expected.size());
  double scale = 0;
  for (const double x : expected) scale = std::max(scale, std::abs(x));
  for (std::size_t i = 0; i < found.size(); ++i) {
    CHECK(std::abs(found[i] - expected[i]) <= tolerance * scale);
  }
}

/// Holds the Jacobian of a value, and the spectra of a record, to differences.
void check_against_differences(JacobianNet<double>& net, Var output, const JacobianRecord& record) {
  std::vector<std::vector<double>> spectra;
  const Index rows = net.model.graph.node(output).shape.rows;
  for (const std::vector<double>& sample : net.samples) {
    Tape<double> tape = net.probe_tape(sample);
    const std::vector<double> expected = differences(net, output, sample);
    check_close(jacobian(tape, output, net.model.input), expected, 1e-7);
    spectra.push_back(
        singular_values(Matrix<const double>{expected.data(), rows, std::ssize(sample)}));
  }
  check_close(record.singular_values, root_mean_squares(spectra), 1e-7);
  double largest = 0;
  for (const auto& spectrum : spectra) largest = std::max(largest, spectrum.front());
  CHECK(record.largest == Approx(largest).epsilon(1e-7));
  CHECK(record.samples == std::ssize(net.samples));
}

}  // namespace

TEST_CASE("Jacobians are those of central differences, for every kind of layer") {
  const std::vector<LayerSpec> kinds = {
      dense(6),
      layer("tanh"),
      layer("sigmoid"),
      layer("gelu"),
      layer("elu"),
      layer("prelu"),
      layer("softmax"),
      layer("log_softmax"),
      layer("batch_norm"),
      layer("layer_norm"),
      layer("dropout", {{"rate", 0.5}}),
      layer("identity"),
      {.choice = {.type = "residual"}, .layers = {dense(5), layer("tanh"), dense(4)}}};
  for (const LayerSpec& kind : kinds) {
    INFO(kind.choice.type);
    // First, so that its input is the net's.
    JacobianNet<double> net({.inputs = 4, .outputs = 3, .layers = {kind, dense(5), layer("tanh")}});
    const auto records = net.spectra();
    REQUIRE(records.size() == net.model.layers.size() + 1);
    CHECK_FALSE(records[0].layer.has_value());
    check_against_differences(net, net.model.prediction, records[0]);
    if (net.model.layers[0].output != net.model.input) {
      check_against_differences(net, net.model.layers[0].output, records[1]);
    } else {
      CHECK(records[1].singular_values == std::vector<double>(4, 1.0));
    }
    for (std::size_t i = 1; i < records.size(); ++i) {
      CHECK(records[i].layer == static_cast<Index>(i) - 1);
      CHECK(std::ranges::is_sorted(records[i].singular_values, std::greater<>()));
    }
  }
}

TEST_CASE("the squares of a spectrum add up to the mean square of the Jacobian") {
  JacobianNet<double> net({.inputs = 5, .outputs = 4, .layers = {dense(7), layer("gelu")}}, 9);
  double square = 0;
  for (const auto& sample : net.samples) {
    for (const double x : differences(net, net.model.prediction, sample)) square += x * x;
  }
  const std::vector<double> values = net.spectra()[0].singular_values;
  const double sum = std::inner_product(values.begin(), values.end(), values.begin(), 0.0);
  CHECK(sum == Approx(square / 9).epsilon(1e-7));
}

TEST_CASE("an orthogonal linear net changes no length, at any depth") {
  const std::vector<LayerSpec> layers = {dense(6), layer("identity"), dense(6), layer("identity")};
  JacobianNet<double> net({.inputs = 6, .outputs = 6, .layers = layers});
  initialize(net.model, net.parameters, 1);
  const Model orthogonal =
      build_model({.inputs = 6, .outputs = 6, .layers = layers, .init = {.type = "orthogonal"}});
  initialize(orthogonal, net.parameters, 1);
  for (const JacobianRecord& record : net.spectra()) {
    for (const double value : record.singular_values) CHECK(value == Approx(1).epsilon(1e-12));
  }
}

TEST_CASE("the product of the layers' largest singular values bounds that of the whole") {
  for (const char* activation : {"relu", "tanh", "sigmoid", "elu", "softplus", "silu"}) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      const std::vector<Index> widths = {9, 5, 12, 7};
      JacobianNet<double> net(
          {.inputs = 6, .outputs = 4, .layers = hidden_layers(widths, {.type = activation})}, 5,
          seed);
      const auto records = net.spectra();
      double product = 1;
      for (std::size_t i = 1; i < records.size(); ++i) product *= records[i].largest;
      CHECK(records[0].largest <= product * (1 + 1e-12));
      CHECK(records[0].largest > 0);
    }
  }
}

TEST_CASE("of one sample the weight gradient is as large as its two factors together") {
  // dL/dW = delta h', so |dL/dW| = |delta| |h|: the three series of the log hang together.
  for (const char* activation : {"relu", "tanh", "sigmoid", "gelu", "elu"}) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      JacobianNet<double> net(
          {.inputs = 6,
           .outputs = 3,
           .layers = hidden_layers(std::vector<Index>{8, 1, 11}, {.type = activation})},
          1, seed);
      std::vector<Var> outputs;
      for (const Layer& l : net.model.layers) outputs.push_back(l.output);
      Tape<double> tape(net.model.graph, net.parameters, {.max_batch = 1, .gradient_of = outputs});
      net.fill(tape, net.samples[0]);
      std::ranges::fill(tape.input(net.model.target).elements(), 0.7);
      net.parameters.zero_gradients();
      tape.forward({.mode = Mode::train});
      const double upstream = 3;
      tape.backward(net.model.loss, {&upstream, 1, 1});
      LayerProbe<double> probe(net.model, net.parameters);
      probe.observe(tape, net.parameters);
      for (std::size_t i = 0; i < net.model.layers.size(); ++i) {
        const Layer& l = net.model.layers[i];
        if (l.type != "dense") continue;
        const LayerRecord& record = probe.records()[i];
        const double h = norm(std::as_const(tape).value(l.input).elements());
        CHECK(record.weight_grad_norm == Approx(record.delta_norm * h).epsilon(1e-12).margin(0));
        CHECK(record.bias_grad_norm == Approx(record.delta_norm).epsilon(1e-12).margin(0));
      }
    }
  }
}

TEST_CASE("training gradients and weights are left as they are") {
  JacobianNet<float> net({.inputs = 3, .outputs = 2, .layers = {dense(4), layer("batch_norm")}});
  std::ranges::fill(net.parameters.gradients(), 7.0F);
  const std::vector<float> values(net.parameters.values().begin(), net.parameters.values().end());
  const std::vector<float> buffers(net.parameters.buffers().begin(),
                                   net.parameters.buffers().end());
  net.spectra();
  CHECK(std::ranges::all_of(net.parameters.gradients(), [](float g) { return g == 7; }));
  CHECK(std::ranges::equal(net.parameters.values(), values));
  CHECK(std::ranges::equal(net.parameters.buffers(), buffers));
}

TEST_CASE("nets of width 1, saturated and broken ones have spectra") {
  JacobianNet<double> narrow({.inputs = 1, .outputs = 1, .layers = {dense(1), layer("tanh")}}, 1);
  for (const JacobianRecord& record : narrow.spectra()) CHECK(record.singular_values.size() == 1);

  for (const double input : {300.0, -300.0}) {
    JacobianNet<double> far({.inputs = 2, .outputs = 2, .layers = {dense(3), layer("sigmoid")}}, 1);
    far.samples[0] = {input, input};
    for (const JacobianRecord& record : far.spectra()) {
      for (const double value : record.singular_values) CHECK(std::isfinite(value));
    }
  }

  JacobianNet<double> broken({.inputs = 2, .outputs = 2, .layers = {dense(3), layer("relu")}});
  broken.parameters.value(broken.model.layers[0].weight)(1, 0) = kNan;
  const auto records = broken.spectra();
  CHECK(std::isnan(records[0].singular_values[0]));
  CHECK(std::isnan(records[0].largest));
  CHECK(std::isnan(records[1].largest));
  CHECK(std::isfinite(records[3].largest));
}

}  // namespace clino::test
