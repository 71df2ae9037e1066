#include "theory/prediction.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "layers/activations/list.hpp"
#include "layers/initializers.hpp"
#include "tests/catch.hpp"
#include "tests/theory/measured_net.hpp"

using namespace clino;

namespace {

constexpr Index kInputs = 100;

LayerSpec layer(const std::string& type, std::map<std::string, OptionValue> options = {}) {
  return {.choice = {type, std::move(options)}};
}

ModelSpec predicted_spec(const std::string& activation, Index width, std::size_t depth,
                         const Choice& init) {
  return {.inputs = kInputs,
          .outputs = 10,
          .layers = hidden_layers(std::vector<Index>(depth, width), {activation, {}}),
          .init = init};
}

std::string reason_of(const std::vector<LayerSpec>& layers,
                      const Choice& init = {"he_normal", {}}) {
  const Model model = build_model({.inputs = 3, .outputs = 2, .layers = layers, .init = init});
  const theory::Prediction prediction = theory::predict(model, {});
  CHECK(prediction.layers.empty() == !prediction.reason.empty());
  return prediction.reason;
}

}  // namespace

TEST_CASE("the range holds about 95 of 100 nets, and is no wider than that takes", "[slow]") {
  constexpr Index kWidth = 100;
  constexpr int kNets = 200;
  constexpr std::size_t kDepth = 10;
  // Of 200 with a probability of .95 at least 190 - 3 sqrt(200 * .95 * .05) = 180.8 but once in a
  // thousand times. In half of it, one standard deviation, lie 68 of 100, or 84 where the range's
  // approximations are as much too wide as 1.4 deviations: 168 + 3 sqrt(200 * .84 * .16) = 183.6.
  constexpr int kLeast = 181, kMostOfHalf = 183;
  struct Case {
    const char* activation;
    const char* init;
  };
  for (const Case& each : {Case{"relu", "he_normal"}, Case{"tanh", "xavier_normal"},
                           Case{"sigmoid", "xavier_normal"}}) {
    const Model model =
        build_model(predicted_spec(each.activation, kWidth, kDepth, {each.init, {}}));
    Parameters<float> parameters(model.graph);
    const std::vector<float> x = test::normal_inputs<float>(kInputs, 1, 1, 5);
    const std::size_t top = 2 * kDepth - 1;  // the last activation
    // Each net's own first layer would be nearer; its mean is the same for all.
    const DenseSpread spread = dense_spread(*model.layers[0].init, 1, kWidth, kInputs);
    const theory::Prediction prediction = theory::predict(
        model, {.mean_square = spread.weight_variance * kInputs + spread.bias_variance});
    REQUIRE(prediction.layers.size() == model.layers.size());
    int length = 0, delta = 0, half_length = 0, half_delta = 0;
    for (std::uint64_t seed = 1; seed <= kNets; ++seed) {
      initialize(model, parameters, seed);
      const test::Measured measured =
          test::measure<float>(model, parameters, {x.data(), kInputs, 1});
      const auto inside = [](double found, const theory::Predicted& predicted, double share) {
        return std::abs(std::log(found / predicted.value)) < share * std::log(predicted.factor);
      };
      const double ratio = std::sqrt(measured.delta_square[0] / measured.delta_square.back());
      const theory::Predicted& q = prediction.layers[top].mean_square;
      const theory::Predicted& d = prediction.layers[0].delta_ratio;
      length += inside(measured.mean_square[top], q, 1) ? 1 : 0;
      half_length += inside(measured.mean_square[top], q, .5) ? 1 : 0;
      delta += inside(ratio, d, 1) ? 1 : 0;
      half_delta += inside(ratio, d, .5) ? 1 : 0;
    }
    INFO(each.activation << ": q " << length << ", delta " << delta << " of " << kNets
                         << "; in half of the range " << half_length << ", " << half_delta);
    CHECK(length >= kLeast);
    CHECK(delta >= kLeast);
    CHECK(half_length <= kMostOfHalf);
    CHECK(half_delta <= kMostOfHalf);
  }
}

TEST_CASE("of two orthogonal inputs ReLU layers leave more and more units off on both") {
  // P(both inputs below 0) = 1/4 + asin(c) / (2 pi) of normal numbers of correlation c: the
  // correlation map's .25 .302 .332 ... .413.
  const Model model = build_model(predicted_spec("relu", 500, 10, {"he_normal", {}}));
  const theory::Prediction prediction = theory::predict(model, {.cosine = 0});
  const auto off = [&](std::size_t dense) {
    return .25 + std::asin(*prediction.layers[2 * dense].cosine) / (2 * std::numbers::pi);
  };
  CHECK(off(0) == .25);
  CHECK(std::abs(off(1) - .302) < 5e-4);
  CHECK(std::abs(off(2) - .332) < 5e-4);
  CHECK(std::abs(off(9) - .413) < 5e-4);
}

TEST_CASE("samples in a plane: cosines of all sizes go another way than their mean") {
  // Angles t between inputs on a circle are uniform: E cos t = 0, its deviation is sqrt(1/2), and
  // E of the arc-cosine kernel (sin t + (pi - t) cos t) / pi is 4 / pi^2 = .405; of cos t = 0
  // alone it were 1 / pi = .318.
  const Model model = build_model(predicted_spec("relu", 500, 3, {"he_normal", {}}));
  const theory::Start start{.cosine = 0, .cosine_deviation = std::sqrt(.5)};
  const double spread = *theory::predict(model, start).layers[1].cosine;
  CHECK(std::abs(spread - 4 / (std::numbers::pi * std::numbers::pi)) < .005);
  CHECK(*theory::predict(model, {.cosine = 0}).layers[1].cosine ==
        Approx(1 / std::numbers::pi).epsilon(1e-3));
}

TEST_CASE("samples of two lengths each go their own way") {
  const auto tanh = make_activation({"tanh", {}});
  const Model model = build_model(predicted_spec("tanh", 200, 2, {"normal", {{"sigma_w", 1.5}}}));
  // Lengths .3 and 1.7, as many of each: mean 1, deviation .7.
  const theory::Prediction both =
      theory::predict(model, {.mean_square = 1, .mean_square_deviation = .7});
  const theory::Prediction shorter = theory::predict(model, {.mean_square = .3});
  const theory::Prediction longer = theory::predict(model, {.mean_square = 1.7});
  for (std::size_t i = 0; i < 5; ++i) {
    INFO("layer " << i);
    CHECK(both.layers[i].mean_square.value ==
          Approx((shorter.layers[i].mean_square.value + longer.layers[i].mean_square.value) / 2));
    const double a = shorter.layers[i].delta_ratio.value, b = longer.layers[i].delta_ratio.value;
    CHECK(both.layers[i].delta_ratio.value == Approx(std::sqrt((a * a + b * b) / 2)));
  }
  CHECK(both.layers[2].mean_square.value !=
        Approx(theory::predict(model, {.mean_square = 1}).layers[2].mean_square.value));
}

TEST_CASE("mean squares, cosines and deltas of many samples are as predicted") {
  // All figures within one and a half times their ranges, three standard deviations, since there
  // are 150 of them; a factor of 2 in any would leave them.
  constexpr Index kWidth = 600, kSamples = 40;
  for (const char* name : {"relu", "tanh", "sigmoid", "gelu", "elu"}) {
    const Model model = build_model(predicted_spec(name, kWidth, 5, {"auto", {}}));
    Parameters<double> parameters(model.graph);
    initialize(model, parameters, 2);
    const std::vector<double> x = test::normal_inputs<double>(kInputs, kSamples, 1, 9);
    const test::Measured measured =
        test::measure<double>(model, parameters, {x.data(), kInputs, kSamples}, true);
    const theory::Prediction prediction = theory::predict(
        model, {.mean_square = measured.mean_square[0], .cosine = measured.cosine[0]});
    for (std::size_t i = 0; i + 1 < model.layers.size(); ++i) {
      const theory::LayerPrediction& layer = prediction.layers[i];
      INFO(name << " layer " << i << " cosine " << measured.cosine[i] << " predicted "
                << *layer.cosine << " +- " << layer.cosine_margin);
      CHECK(std::abs(std::log(measured.mean_square[i] / layer.mean_square.value)) <
            1.5 * std::log(layer.mean_square.factor));
      const double ratio = std::sqrt(measured.delta_square[i] / measured.delta_square.back());
      CHECK(std::abs(std::log(ratio / layer.delta_ratio.value)) <
            1.5 * std::log(layer.delta_ratio.factor));
      CHECK(layer.delta_ratio.factor < 1.55);
      CHECK(layer.cosine_margin < .2);
      CHECK(std::abs(measured.cosine[i] - *layer.cosine) < 1.5 * layer.cosine_margin);
    }
  }
}

TEST_CASE("a few outputs have no cosine that could be predicted") {
  const theory::Prediction prediction = theory::predict(
      build_model(predicted_spec("relu", 60, 2, {"he_normal", {}})), {.cosine = .5});
  REQUIRE(prediction.layers.size() == 5);
  CHECK(prediction.layers[3].cosine.has_value());
  CHECK_FALSE(prediction.layers[4].cosine.has_value());
  CHECK(prediction.layers[4].mean_square.factor > 1.5);
}

TEST_CASE("nets that the theory says nothing of are refused by the name of the layer") {
  const LayerSpec wide = layer("dense", {{"units", std::int64_t{64}}});
  CHECK(reason_of({wide, layer("relu"), wide, layer("tanh")}).empty());
  CHECK(reason_of({wide, layer("relu"), layer("dense", {{"units", std::int64_t{49}}})})
            .starts_with("layer 2 (dense) has 49 units"));
  CHECK(reason_of({layer("dense", {{"units", std::int64_t{50}}})}).empty());
  CHECK(reason_of({wide, layer("relu"), layer("dropout")}).starts_with("layer 2 (dropout)"));
  CHECK(reason_of({wide, layer("layer_norm"), layer("relu")}).starts_with("layer 1 (layer_norm)"));
  CHECK(reason_of({wide, layer("batch_norm"), layer("relu")}).starts_with("layer 1 (batch_norm)"));
  LayerSpec block = layer("residual");
  block.layers = {wide, layer("relu")};
  CHECK(reason_of({wide, block}).starts_with("layer 1 (residual)"));
  CHECK(reason_of({wide, layer("softmax")}).starts_with("layer 1 (softmax) mixes the units"));
  CHECK(reason_of({wide, layer("relu"), layer("tanh")})
            .starts_with("layer 2 (tanh) follows another activation"));
  CHECK(reason_of({layer("relu"), wide}).starts_with("layer 0 (relu) stands before"));
  CHECK(reason_of({wide}, {"constant", {{"value", .1}}})
            .starts_with("layer 0 (dense) starts from weights whose mean is not 0"));
  CHECK(reason_of({wide}, {"zeros", {}})
            .starts_with("layer 0 (dense) starts from weights that are all equal"));
  CHECK(reason_of({wide}, {"uniform", {{"low", 0.}, {"high", 1.}}})
            .starts_with("layer 0 (dense) starts from weights whose mean is not 0"));
  const Model model = build_model({.inputs = 3, .layers = {wide}});
  for (const double nothing : {0., -1., std::nan(""), std::numeric_limits<double>::infinity()}) {
    CHECK_FALSE(theory::predict(model, {.mean_square = nothing}).reason.empty());
  }
}
