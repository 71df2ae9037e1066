#include "probe/linear_collapse.hpp"

#include <limits>

#include "core/errors.hpp"
#include "probe/affine_layers.hpp"
#include "tests/catch.hpp"
#include "tests/probe/linear_helpers.hpp"
#include "tests/throws.hpp"

namespace clino::test {
namespace {

std::vector<LayerSpec> identity_layers(int depth, std::int64_t width = 6) {
  std::vector<LayerSpec> layers;
  for (int i = 1; i < depth; ++i) {
    layers.push_back(dense(width));
    layers.push_back(layer("identity"));
  }
  return layers;
}

const std::vector<std::pair<std::string, std::vector<LayerSpec>>>& linear_nets() {
  static const std::vector<std::pair<std::string, std::vector<LayerSpec>>> nets = {
      {"depth 1", identity_layers(1)},
      {"depth 2", identity_layers(2)},
      {"depth 4", identity_layers(4)},
      {"depth 8", identity_layers(8)},
      {"no bias", {layer("dense", {{"units", std::int64_t{5}}, {"bias", false}}), dense(3)}},
      {"batch norm first", {layer("batch_norm"), dense(4), layer("batch_norm")}},
      {"dropout", {layer("dropout", {{"rate", 0.9}}), dense(4), layer("dropout")}},
      {"residual", {dense(4), residual({dense(7), layer("identity"), dense(4)}), dense(5)}},
      {"residual in residual",
       {residual({dense(5), residual({layer("batch_norm"), dense(5)}), dense(4)}),
        residual({layer("identity")})}}};
  return nets;
}

/// The map by what the tape answers to 0 and to the unit vectors, in double.
void check_by_probing(DrawnNet<double>& net, const LinearCollapse& map) {
  std::vector<double> zero(static_cast<std::size_t>(map.inputs));
  const std::vector<double> at_zero = net.answers(zero);
  for (std::size_t i = 0; i < at_zero.size(); ++i) {
    CHECK(map.bias[i] == Approx(at_zero[i]).epsilon(1e-12).margin(1e-12));
  }
  for (Index j = 0; j < map.inputs; ++j) {
    std::vector<double> unit = zero;
    unit[static_cast<std::size_t>(j)] = 1;
    const std::vector<double> answer = net.answers(unit);
    for (Index i = 0; i < map.outputs; ++i) {
      const auto k = static_cast<std::size_t>(i);
      const double element = map.weight[static_cast<std::size_t>(i + j * map.outputs)];
      CHECK(element == Approx(answer[k] - at_zero[k]).epsilon(1e-12).margin(1e-12));
    }
  }
}

/// The certificate holds for the map, is worth something, and does not hold for another map.
template <class T>
void check_certificate(const std::vector<LayerSpec>& layers) {
  DrawnNet<T> net({.inputs = 4, .outputs = 3, .layers = layers});
  const std::vector<T> inputs = normals<T>(4 * 300);
  const Matrix<const T> columns{inputs.data(), 4, 300};
  LinearCollapse map = linear_collapse(net.model, std::as_const(net.parameters));
  const LinearDeviation deviation = linear_deviation(map, net.model, net.parameters, columns);
  CHECK(deviation.certified);
  CHECK(deviation.samples == 300);
  CHECK(deviation.largest > 0);
  CHECK(deviation.largest <= deviation.bound);
  CHECK(deviation.largest_share <= 1);
  // Not absurdly loose. By how much rounding stays below the bound: of n roundings some sqrt(n) add
  // up, and of k random signs in each layer sqrt(k) of the k, all in all a factor of some hundreds.
  INFO("share of the bound: " << deviation.largest_share);
  CHECK(deviation.largest_share > 1e-4);

  // The bound notices a map that is another one, by 1e4 unit roundoffs of the weight's size.
  map.weight[0] *= 1 + 1e4 * unit_roundoff<T>() * static_cast<double>(map.roundings) *
                           map.weight_magnitude[0] / std::abs(map.weight[0]);
  CHECK_FALSE(linear_deviation(map, net.model, net.parameters, columns).certified);
}

}  // namespace

TEST_CASE("a net of affine layers is put together as the map it is") {
  for (const auto& [name, layers] : linear_nets()) {
    INFO(name);
    DrawnNet<double> net({.inputs = 4, .outputs = 3, .layers = layers});
    const LinearCollapse map = linear_collapse(net.model, std::as_const(net.parameters));
    REQUIRE(map.weight.size() == 12);
    REQUIRE(map.bias.size() == 3);
    CHECK(map.rank == 3);
    check_by_probing(net, map);
  }
}

TEST_CASE("the tape stays within what rounding explains, and not far below") {
  for (const auto& [name, layers] : linear_nets()) {
    INFO(name);
    check_certificate<float>(layers);
    check_certificate<double>(layers);
  }
}

TEST_CASE("roundings are counted along the longest way") {
  const auto roundings = [](const std::vector<LayerSpec>& layers) {
    const DrawnNet<double> net({.inputs = 4, .outputs = 1, .layers = layers});
    return linear_collapse(net.model, net.parameters).roundings;
  };
  CHECK(roundings({}) == 5);
  CHECK(roundings({dense(6), layer("identity"), layer("dropout")}) == 5 + 7);
  CHECK(roundings({layer("batch_norm")}) == 8 + 5);
  CHECK(roundings({residual({dense(6), dense(4)})}) == 5 + 7 + 1 + 5);
  CHECK(roundings({residual({layer("identity")})}) == 1 + 5);
}

TEST_CASE("a bottleneck shows in the rank, behind any number of layers") {
  std::vector<LayerSpec> layers = identity_layers(3, 8);
  layers.push_back(dense(2));
  for (const LayerSpec& each : identity_layers(3, 8)) layers.push_back(each);
  const DrawnNet<double> net({.inputs = 7, .outputs = 5, .layers = layers});
  const LinearCollapse map = linear_collapse(net.model, net.parameters);
  REQUIRE(map.singular_values.size() == 5);
  CHECK(map.rank == 2);
  CHECK(map.singular_values[1] > 1e-3 * map.singular_values[0]);

  DrawnNet<float> dead({.inputs = 3, .outputs = 2, .layers = {dense(4)}});
  std::ranges::fill(dead.parameters.values(), 0.0F);
  const LinearCollapse zero = linear_collapse(dead.model, std::as_const(dead.parameters));
  CHECK(zero.rank == 0);
  const std::vector<float> inputs = normals<float>(6);
  const LinearDeviation deviation =
      linear_deviation<float>(zero, dead.model, dead.parameters, {inputs.data(), 3, 2});
  CHECK(deviation.certified);
  CHECK(deviation.largest == 0);
}

TEST_CASE("the first layer that is not linear is refused by name and type") {
  const auto reason = [](std::vector<LayerSpec> layers) {
    const DrawnNet<double> net({.inputs = 3, .outputs = 1, .layers = std::move(layers)});
    const auto why = why_not_linear(net.model);
    REQUIRE(why.has_value());
    CHECK(message_of<UsageError>([&] { linear_collapse(net.model, net.parameters); }) == *why);
    return *why;
  };
  CHECK(reason({dense(4), layer("tanh"), layer("relu")})
            .starts_with("layer 1 (tanh) is not linear: "));
  CHECK(reason({layer("layer_norm")}).starts_with("layer 0 (layer_norm) is not linear: "));
  CHECK(reason({dense(3), residual({dense(3), layer("prelu")})})
            .starts_with("layer 1.1 (prelu) is not linear: "));
  CHECK(reason({layer("softmax")}).starts_with("layer 0 (softmax)"));
  // A slope of 1 makes it linear, but a learned number is no certificate.
  CHECK(reason({layer("leaky_relu", {{"slope", 1.0}})}).starts_with("layer 0 (leaky_relu)"));
  const std::string own = reason({dense(4), own_activation(AlmostIdentity{})});
  CHECK(own.starts_with("layer 1 (identity) is not linear: "));
  CHECK(own.find("of your own") != std::string::npos);
}

TEST_CASE("what only pretends to be the identity is not certified by its numbers either") {
  const ModelSpec honest{.inputs = 3, .outputs = 2, .layers = {dense(4), layer("identity")}};
  const ModelSpec pretended{
      .inputs = 3, .outputs = 2, .layers = {dense(4), own_activation(AlmostIdentity{})}};
  DrawnNet<float> linear(honest);
  DrawnNet<float> other(pretended);
  std::ranges::copy(linear.parameters.values(), other.parameters.values().begin());
  const LinearCollapse map = linear_collapse(linear.model, std::as_const(linear.parameters));
  const std::vector<float> inputs = normals<float>(300);
  const Matrix<const float> columns{inputs.data(), 3, 100};
  CHECK(linear_deviation(map, linear.model, linear.parameters, columns).certified);
  const LinearDeviation deviation = linear_deviation(map, other.model, other.parameters, columns);
  CHECK_FALSE(deviation.certified);
  CHECK(deviation.largest_share > 100);
}

TEST_CASE("numbers that are not finite, tiny or missing are no certificate by chance") {
  DrawnNet<float> net({.inputs = 2, .outputs = 1, .layers = identity_layers(3)});
  const std::vector<float> inputs = {300, -300, 1e-42F, 0};
  const auto deviation = [&](Index count) {
    const LinearCollapse map = linear_collapse(net.model, std::as_const(net.parameters));
    return linear_deviation<float>(map, net.model, net.parameters, {inputs.data(), 2, count});
  };
  CHECK(deviation(2).certified);
  CHECK_FALSE(deviation(0).certified);
  // Products of such weights are below the normal numbers of float, not of double.
  for (const Layer& each : net.model.layers) {
    if (each.weight.valid())
      std::ranges::fill(net.parameters.value(each.weight).elements(), 1e-20F);
    if (each.bias.valid()) std::ranges::fill(net.parameters.value(each.bias).elements(), 0.0F);
  }
  CHECK(deviation(2).certified);
  net.parameters.values()[0] = std::numeric_limits<float>::quiet_NaN();
  const LinearDeviation broken = deviation(2);
  CHECK_FALSE(broken.certified);
  CHECK(std::isnan(broken.largest));
  const LinearCollapse map = linear_collapse(net.model, std::as_const(net.parameters));
  CHECK_THROWS_AS(linear_deviation<float>(map, net.model, net.parameters, {inputs.data(), 1, 4}),
                  ShapeError);
}

}  // namespace clino::test
