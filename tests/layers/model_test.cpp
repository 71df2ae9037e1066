#include "layers/model.hpp"

#include <cmath>

#include "core/errors.hpp"
#include "layers/activations/erase.hpp"
#include "layers/activations/list.hpp"
#include "layers/layer_catalogue.hpp"
#include "tests/layers/model_helpers.hpp"
#include "tests/throws.hpp"

using namespace clino;

namespace {

std::vector<std::string> labels(const Model& model, NodeKind kind) {
  std::vector<std::string> found;
  for (Index i = 0; i < model.graph.size(); ++i) {
    const Node& node = model.graph.node(Var{i});
    if (node.kind == kind) found.push_back(node.label + " " + to_text(node.shape));
  }
  return found;
}

std::vector<std::string> names(const Model& model) {
  std::vector<std::string> found;
  for (const Layer& each : model.layers) found.push_back(each.name + " " + each.type);
  return found;
}

/// A net with a layer of every kind.
ModelSpec mixed() {
  return {.inputs = 3,
          .outputs = 2,
          .layers = {dense(4), layer("batch_norm"), layer("prelu"), layer("dropout"),
                     residual({dense(4), layer("tanh")}), layer("layer_norm"),
                     layer("dense", {{"units", std::int64_t{5}}, {"bias", false}})}};
}

std::string refusal(const ModelSpec& spec) {
  return message_of<Error>([&] { build_model(spec); });
}

std::string refusal(std::vector<LayerSpec> layers) {
  return refusal(ModelSpec{.inputs = 3, .layers = std::move(layers)});
}

/// A user's own activation.
struct OwnCube {
  static constexpr std::string_view name = "cube";
  static constexpr Needs needs = Needs::input;
  template <class V>
  V value(V x) const {
    return x * x * x;
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    return V{3} * x * x;
  }
};

}  // namespace

TEST_CASE("values are named and shaped as torch.nn.Sequential does") {
  const Model model = build_model(mixed());
  // Sequential(Linear, BatchNorm1d, PReLU, Dropout, Sequential(Linear, Tanh), LayerNorm, Linear,
  // Linear).named_parameters(), with out x in weights.
  CHECK(labels(model, NodeKind::parameter) ==
        std::vector<std::string>{"0.weight [4, 3]", "0.bias [4, 1]", "1.weight [4, 1]",
                                 "1.bias [4, 1]", "2.weight [1, 1]", "4.0.weight [4, 4]",
                                 "4.0.bias [4, 1]", "5.weight [4, 1]", "5.bias [4, 1]",
                                 "6.weight [5, 4]", "7.weight [2, 5]", "7.bias [2, 1]"});
  CHECK(labels(model, NodeKind::buffer) ==
        std::vector<std::string>{"1.running_mean [4, 1]", "1.running_var [4, 1]",
                                 "1.num_batches_tracked [1, 1]"});
  CHECK(labels(model, NodeKind::input) ==
        std::vector<std::string>{"input [3, batch]", "target [2, batch]"});
  CHECK(names(model) == std::vector<std::string>{"0 dense", "1 batch_norm", "2 prelu", "3 dropout",
                                                 "4 residual", "4.0 dense", "4.1 tanh",
                                                 "5 layer_norm", "6 dense", "7 dense"});
}

TEST_CASE("layers know their widths, values and number of parameters") {
  const Model model = build_model(mixed());
  const std::vector<Index> parameters = {16, 8, 1, 0, 0, 20, 0, 8, 20, 12};
  Index sum = 0;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    INFO(model.layers[i].name);
    CHECK(model.layers[i].parameters == parameters[i]);
    CHECK(model.graph.node(model.layers[i].output).label == model.layers[i].name);
    CHECK(model.graph.shape(model.layers[i].input) == Shape{model.layers[i].inputs});
    CHECK(model.graph.shape(model.layers[i].output) == Shape{model.layers[i].outputs});
    sum += model.layers[i].parameters;
  }
  CHECK(model.parameters() == sum);
  CHECK(Parameters<float>(model.graph).values().size() >= static_cast<std::size_t>(sum));
  CHECK(model.prediction == model.layers.back().output);
  CHECK_FALSE(model.layers[8].bias.valid());
  CHECK(model.layers[6].activation->name() == "tanh");
  CHECK(model.layers[0].activation == nullptr);
}

TEST_CASE("hidden widths become dense, activation, dense, activation") {
  const std::vector<Index> widths = {8, 4};
  const Model model = build_model({.inputs = 2,
                                   .outputs = 3,
                                   .layers = hidden_layers(widths, {"identity"}),
                                   .loss = {"softmax_cross_entropy"},
                                   .sample_weights = true});
  CHECK(names(model) ==
        std::vector<std::string>{"0 dense", "1 identity", "2 dense", "3 identity", "4 dense"});
  CHECK(labels(model, NodeKind::input) == std::vector<std::string>{"input [2, batch]",
                                                                   "target [1, batch]",
                                                                   "sample_weight [1, batch]"});
  CHECK(model.graph.node(model.loss).label == "loss");
  CHECK(names(build_model({.inputs = 2})) == std::vector<std::string>{"0 dense"});
}

TEST_CASE("auto scales each dense layer by the activation that feeds it") {
  const double tanh_gain = 1.59254;  // 1 / sqrt(E tanh(z)^2)
  const double relu_gain = std::sqrt(2.0);
  const Model model = build_model(
      {.layers = {dense(2), layer("tanh"), layer("dropout"),
                  residual({dense(2), layer("relu"), dense(2)}), dense(2), layer("relu"), dense(2),
                  layer("relu"), layer("batch_norm"), dense(2), dense(2), layer("softmax")}});
  std::vector<double> gains;
  for (const Layer& each : model.layers) {
    if (each.type == "dense") gains.push_back(each.feeding_gain);
  }
  const std::vector<double> expected = {1, tanh_gain, relu_gain, 1, relu_gain, 1, 1, 1};
  REQUIRE(gains.size() == expected.size());
  for (std::size_t i = 0; i < gains.size(); ++i) {
    CHECK(gains[i] == Approx(expected[i]).epsilon(2e-6));
  }
}

TEST_CASE("parameters start as their layers say") {
  ModelSpec spec = mixed();
  spec.layers[0].init = Choice{"constant", {{"value", 2.0}}};
  spec.layers[2].choice.options["initial"] = 0.1;
  const Model model = build_model(spec);
  Parameters<double> parameters(model.graph);
  std::ranges::fill(parameters.values(), 99.0);
  initialize(model, parameters, 1);
  const auto first = [&](std::size_t i) { return parameters.value(model.layers[i].weight)(0, 0); };
  CHECK(first(0) == 2);
  CHECK(first(1) == 1);
  CHECK(first(2) == 0.1);
  CHECK(first(7) == 1);
  CHECK(std::abs(first(8)) < 9);
  for (const Layer& each : model.layers) {
    if (!each.bias.valid()) continue;
    INFO(each.name);
    for (const double b : parameters.value(each.bias).elements()) CHECK(b == 0);
  }
}

TEST_CASE("first values are a function of the seed and the layers' names") {
  const auto first_layer = [](std::vector<LayerSpec> layers, std::uint64_t seed) {
    const Model model = build_model({.inputs = 3, .layers = std::move(layers)});
    Parameters<double> parameters(model.graph);
    initialize(model, parameters, seed);
    const auto weight = parameters.value(model.layers[0].weight).elements();
    return std::vector<double>(weight.begin(), weight.end());
  };
  const auto short_net = first_layer({dense(4)}, 1);
  CHECK(first_layer({dense(4), layer("relu"), dense(7)}, 1) == short_net);
  CHECK(first_layer({dense(4)}, 2) != short_net);
}

TEST_CASE("a user's own activation is a layer like any other") {
  LayerSpec own;
  own.activation = erase_activation(OwnCube{});
  RunningModel net({.inputs = 2, .layers = {dense(3), own}});
  CHECK(names(net.model) == std::vector<std::string>{"0 dense", "1 cube", "2 dense"});
  CHECK(net.model.layers[2].feeding_gain == Approx(1 / std::sqrt(15.0)));  // E z^6 = 15
  net.loss();
  const double x = net.tape.value(net.model.layers[1].input)(0, 0);
  CHECK(net.tape.value(net.model.layers[1].output)(0, 0) == x * x * x);
}

TEST_CASE("every layer of the catalogue can be built, and every name is there once") {
  std::vector<std::string> seen;
  for (const CatalogueEntry& entry : layer_catalogue()) {
    INFO(entry.name);
    CHECK(std::count(seen.begin(), seen.end(), entry.name) == 0);
    seen.push_back(entry.name);
    LayerSpec spec = layer(entry.name);
    if (entry.name == "dense") spec = dense(3);
    if (entry.name == "residual") spec.layers = {layer("relu")};
    RunningModel net({.inputs = 3, .layers = {spec}});
    CHECK(net.model.layers[0].type == entry.name);
    CHECK(std::isfinite(net.loss()));
  }
}

TEST_CASE("sample weights and class weights reach the loss") {
  RunningModel net({.inputs = 2,
                    .outputs = 2,
                    .loss = {"softmax_cross_entropy"},
                    .class_weights = {1, 0},
                    .sample_weights = true},
                   2);
  copy_into({0, 1}, net.tape.input(net.model.target));
  copy_into({2, 5}, net.tape.input(net.model.sample_weight));
  const double both = net.loss();
  // Class 1 weighs nothing, so the second sample has no say.
  net.tape.input(net.model.input)(0, 1) += 1;
  CHECK(net.loss() == both);
  net.tape.input(net.model.input)(0, 0) += 1;
  CHECK(net.loss() != both);
}

TEST_CASE("what cannot be built is refused, naming the layer") {
  CHECK(contains(refusal({dense(4), layer("tanhh")}), "layer 1"));
  CHECK(contains(refusal({dense(4), layer("tanhh")}), "\"tanh\""));
  CHECK(contains(refusal({layer("dense")}), "units"));
  CHECK(contains(refusal({dense(0)}), "layer 0"));
  CHECK(contains(refusal({layer("dropout", {{"rate", 1.0}})}), "rate"));
  CHECK(contains(refusal({layer("batch_norm", {{"momentun", 1.0}})}), "momentum"));
  CHECK(refusal({dense(4), residual({})}) == "layer 1 (residual) needs \"layers\", at least one");
  CHECK(refusal({dense(4), residual({dense(5)})}) ==
        "layer 1 (residual) adds its layers' output [5, batch] to its input [4, batch]: the widths "
        "must agree");
  CHECK(contains(refusal({residual({residual({layer("what")})})}), "layer 0.0.0"));

  LayerSpec misplaced = layer("relu");
  misplaced.init = Choice{"zeros"};
  CHECK(refusal({misplaced}) == "layer 0 (relu) has \"init\", which belongs to dense layers");
  misplaced = dense(2);
  misplaced.layers = {dense(2)};
  CHECK(contains(refusal({misplaced}), "belongs to residual layers"));
  LayerSpec own;
  own.activation = erase_activation(OwnCube{});
  own.init = Choice{"zeros"};
  CHECK(refusal({own}) == "layer 0 (cube) has \"init\", which belongs to dense layers");
  own.init.reset();
  own.layers = {dense(2)};
  CHECK(refusal({own}) == "layer 0 (cube) has \"layers\", which belongs to residual layers");
  LayerSpec bad_init = dense(2);
  bad_init.init = Choice{"normal", {{"std", 1.0}, {"sigma_w", 1.0}}};
  CHECK(contains(refusal({bad_init}), "initializer of layer 0 (normal)"));

  CHECK(refusal(ModelSpec{.inputs = 0}) == "a model needs at least 1 input, found 0");
  CHECK(contains(refusal(ModelSpec{.outputs = 0}), "1 output"));
  CHECK(contains(refusal(ModelSpec{.loss = {"mee"}}), "mse"));
  CHECK(contains(refusal(ModelSpec{.outputs = 2, .loss = {"binary_cross_entropy"}}), "[1, batch]"));
}
