#include "probe/linear_pieces.hpp"

#include "core/errors.hpp"
#include "probe/affine_layers.hpp"
#include "tests/catch.hpp"
#include "tests/extremes.hpp"
#include "tests/probe/linear_helpers.hpp"
#include "tests/throws.hpp"

namespace clino::test {
namespace {

void set(Parameters<double>& parameters, Var var, const std::vector<double>& values) {
  REQUIRE(parameters.value(var).size() == std::ssize(values));
  std::ranges::copy(values, parameters.value(var).data);
}

/// A net whose dense layers get their numbers by hand, in order: weight (column-major), bias.
DrawnNet<double> net_of(const ModelSpec& spec, const std::vector<std::vector<double>>& numbers) {
  DrawnNet<double> net(spec);
  std::size_t next = 0;
  for (const Layer& each : net.model.layers) {
    if (each.type != "dense") continue;
    set(net.parameters, each.weight, numbers.at(next++));
    set(net.parameters, each.bias, numbers.at(next++));
  }
  REQUIRE(next == numbers.size());
  return net;
}

std::vector<LinearPiece> pieces_of(const DrawnNet<double>& net, double low, double high) {
  return linear_pieces(net.model, net.parameters, {.low = low, .high = high});
}

/// t(t(...t(x))), k times, of the tent t(x) = 2 x up to 1/2, 2 - 2 x above: two ReLUs a layer,
/// t(x) = 2 relu(x) - 4 relu(x - 1/2) on [0, 1].
DrawnNet<double> tent(int folds) {
  std::vector<LayerSpec> layers;
  std::vector<std::vector<double>> numbers = {{1, 1}, {0, -0.5}};
  for (int i = 0; i < folds; ++i) {
    layers.push_back(dense(2));
    layers.push_back(layer("relu"));
    if (i > 0) {
      numbers.push_back({2, 2, -4, -4});
      numbers.push_back({0, -0.5});
    }
  }
  numbers.push_back({2, -4});
  numbers.push_back({0});
  return net_of({.inputs = 1, .outputs = 1, .layers = layers}, numbers);
}

/// No gaps, no overlaps, and at points within every piece what the tape says: values and, between
/// two points, the slope. In units of rounding: the sizes of these nets' terms are below 1e3, and
/// their chains below 200 roundings, gamma 2.2e-14.
template <class T>
void check_against_tape(DrawnNet<T>& net, const std::vector<LinearPiece>& pieces, double low,
                        double high) {
  REQUIRE_FALSE(pieces.empty());
  CHECK(pieces.front().left == low);
  CHECK(pieces.back().right == high);
  const double tolerance = 1e3 * rounding_gamma(200, unit_roundoff<T>());
  Random random(3, stream_id("points"));
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const LinearPiece& piece = pieces[i];
    if (i > 0) CHECK(piece.left == pieces[i - 1].right);
    REQUIRE(piece.left < piece.right);
    const auto inside = [&] {
      return static_cast<T>(piece.left + random.uniform() * (piece.right - piece.left));
    };
    const std::vector<T> x = {inside(), inside(), inside()};
    const std::vector<T> y = net.answers(x);
    const std::size_t outputs = piece.slope.size();
    for (std::size_t k = 0; k < outputs; ++k) {
      for (std::size_t j = 0; j < 3; ++j) {
        const double expected = piece.slope[k] * static_cast<double>(x[j]) + piece.intercept[k];
        CHECK(std::abs(static_cast<double>(y[k + j * outputs]) - expected) < tolerance);
      }
      const double rise = static_cast<double>(y[k + outputs]) - static_cast<double>(y[k]);
      const double run = static_cast<double>(x[1]) - static_cast<double>(x[0]);
      CHECK(std::abs(rise - piece.slope[k] * run) < 2 * tolerance);
    }
  }
}

}  // namespace

TEST_CASE("the absolute value has two pieces that meet at 0") {
  const DrawnNet<double> net =
      net_of({.inputs = 1, .outputs = 1, .layers = {dense(2), layer("relu")}},
             {{1, -1}, {0, 0}, {1, 1}, {0}});
  const std::vector<LinearPiece> pieces = pieces_of(net, -3, 5);
  REQUIRE(pieces.size() == 2);
  CHECK(pieces[0].left == -3);
  CHECK(pieces[0].right == 0);
  CHECK(pieces[1].left == 0);
  CHECK(pieces[1].right == 5);
  CHECK(pieces[0].slope == std::vector<double>{-1});
  CHECK(pieces[1].slope == std::vector<double>{1});
  CHECK(pieces[0].intercept == std::vector<double>{0});
  CHECK(pieces_of(net, 0, 1).size() == 1);
  CHECK(pieces_of(net, -1, 0).size() == 1);
  CHECK(pieces_of(net, -1e-300, 1e-300).size() == 2);
}

TEST_CASE("a tent folded k times has 2^k pieces") {
  for (int k = 1; k <= 10; ++k) {
    INFO(k << " folds");
    DrawnNet<double> net = tent(k);
    const std::vector<LinearPiece> pieces = pieces_of(net, 0, 1);
    REQUIRE(std::ssize(pieces) == 1 << k);
    for (int i = 0; i < 1 << k; ++i) {
      const LinearPiece& piece = pieces[static_cast<std::size_t>(i)];
      CHECK(piece.left == std::ldexp(i, -k));
      CHECK(piece.slope[0] == (i % 2 == 0 ? 1 : -1) * std::ldexp(1, k));
    }
    if (k <= 6) check_against_tape(net, pieces, 0, 1);
  }
}

TEST_CASE("shifted by what no binary number is, a tent still has 2^k pieces") {
  // As a function of z = x / 3 + 1/7, so that no corner is where it is without rounding.
  for (int k = 1; k <= 10; ++k) {
    DrawnNet<double> net = tent(k);
    set(net.parameters, net.model.layers[0].weight, {1 / 3.0, 1 / 3.0});
    set(net.parameters, net.model.layers[0].bias, {1 / 7.0, 1 / 7.0 - 0.5});
    CHECK(std::ssize(pieces_of(net, -3 / 7.0, 3 - 3 / 7.0)) == 1 << k);
  }
}

TEST_CASE("one hidden layer of w units has w + 1 pieces, and none has more") {
  for (const std::int64_t width : {1, 2, 7, 40}) {
    for (const char* activation : {"relu", "leaky_relu", "prelu"}) {
      std::vector<double> ones, kinks, weights;
      for (std::int64_t i = 0; i < width; ++i) {
        ones.push_back(i % 2 == 0 ? 2 : -2);
        kinks.push_back(ones.back() * (0.3 * static_cast<double>(i) - 1.1));
        weights.push_back(1 + 0.1 * static_cast<double>(i));
      }
      DrawnNet<double> net =
          net_of({.inputs = 1, .outputs = 1, .layers = {dense(width), layer(activation)}},
                 {ones, kinks, weights, {0.5}});
      const std::vector<LinearPiece> pieces = pieces_of(net, -100, 100);
      CHECK(std::ssize(pieces) == width + 1);
      check_against_tape(net, pieces, -100, 100);
    }
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const DrawnNet<double> net(
          {.inputs = 1, .outputs = 1, .layers = {dense(width), layer("relu")}}, seed);
      CHECK(std::ssize(pieces_of(net, -5, 5)) <= width + 1);
    }
  }
}

TEST_CASE("every kind of layer is followed, by the tape's own numbers") {
  const std::vector<std::pair<std::string, std::vector<LayerSpec>>> nets = {
      {"deep", {dense(6), layer("relu"), dense(6), layer("relu"), dense(6), layer("relu")}},
      {"leaky", {dense(5), layer("leaky_relu", {{"slope", 0.3}}), dense(5), layer("leaky_relu")}},
      {"prelu", {dense(5), layer("prelu"), dense(5), layer("prelu")}},
      {"bounded", {dense(5), layer("relu6"), dense(5), layer("hard_tanh")}},
      {"hard_sigmoid", {dense(8), layer("hard_sigmoid"), dense(4), layer("identity")}},
      {"batch_norm", {layer("batch_norm"), dense(6), layer("batch_norm"), layer("relu")}},
      {"dropout", {dense(6), layer("relu"), layer("dropout")}},
      {"residual",
       {dense(5), residual({dense(7), layer("relu"), dense(5)}), layer("relu"),
        residual({layer("relu"), residual({layer("hard_tanh")}), dense(5)})}},
      {"linear", {dense(4), layer("identity")}}};
  for (const auto& [name, layers] : nets) {
    INFO(name);
    DrawnNet<double> exact({.inputs = 1, .outputs = 2, .layers = layers});
    const std::vector<LinearPiece> pieces = pieces_of(exact, -8, 8);
    check_against_tape(exact, pieces, -8, 8);
    if (name == "linear") CHECK(pieces.size() == 1);
    if (name != "linear") CHECK(pieces.size() > 3);
    // A neighbour is another line: the pieces are no more than there are.
    for (std::size_t i = 1; i < pieces.size(); ++i) CHECK(pieces[i].slope != pieces[i - 1].slope);

    DrawnNet<float> single({.inputs = 1, .outputs = 2, .layers = layers});
    check_against_tape(
        single,
        linear_pieces(single.model, std::as_const(single.parameters), {.low = -8, .high = 8}), -8,
        8);
  }
}

TEST_CASE("prelu bends by what it has learned") {
  DrawnNet<double> net = net_of({.inputs = 1, .outputs = 1, .layers = {dense(1), layer("prelu")}},
                                {{1}, {0}, {1}, {0}});
  set(net.parameters, net.model.layers[1].weight, {-0.75});
  std::vector<LinearPiece> pieces = pieces_of(net, -1, 1);
  REQUIRE(pieces.size() == 2);
  CHECK(pieces[0].slope[0] == -0.75);
  set(net.parameters, net.model.layers[1].weight, {1});
  CHECK(pieces_of(net, -1, 1).size() == 1);
}

TEST_CASE("where nothing changes there is no corner") {
  // relu(x) - relu(x) + x, relu(x) - relu(-x) = x, units that never switch, and one that is not
  // listened to.
  const ModelSpec spec{.inputs = 1, .outputs = 1, .layers = {dense(2), layer("relu")}};
  CHECK(pieces_of(net_of(spec, {{1, -1}, {0, 0}, {1, -1}, {0}}), -1, 1).size() == 1);
  CHECK(pieces_of(net_of(spec, {{0.1, 0.1}, {0.03, 0.03}, {7, -7}, {0}}), -1, 1).size() == 1);
  CHECK(pieces_of(net_of(spec, {{1, 1}, {5, 6}, {1, 1}, {0}}), -1, 1).size() == 1);
  CHECK(pieces_of(net_of(spec, {{1, 1}, {0, 0.5}, {1, 0}, {0}}), -1, 1).size() == 2);
  // As real numbers (0.1 + 0.2) - 0.3 is 0: what rounding leaves of it is no slope.
  const DrawnNet<double> rounded = net_of(
      {.inputs = 1, .outputs = 1, .layers = {dense(3), layer("identity"), dense(1), layer("relu")}},
      {{0.1, 0.2, 0.3}, {0, 0, 0}, {1, 1, -1}, {0}, {1e10}, {1}});
  CHECK(pieces_of(rounded, -1, 1).size() == 1);
}

TEST_CASE("two kinks at one place are one corner, whatever rounding makes of them") {
  // relu(3 (x - 0.1)) and relu(7 (x - 0.1)), with kinks at 0.1 but for rounding.
  for (const double place : {0.1, 0.7, -1 / 3.0, 1e-9, 123.456}) {
    const DrawnNet<double> net =
        net_of({.inputs = 1, .outputs = 1, .layers = {dense(3), layer("relu")}},
               {{3, 7, 1.1}, {-3 * place, -7 * place, -1.1 * place}, {1, 1, 1}, {0}});
    const std::vector<LinearPiece> pieces = pieces_of(net, place - 1, place + 1);
    REQUIRE(pieces.size() == 2);
    CHECK(pieces[0].right == Approx(place).epsilon(1e-14));
    CHECK(pieces[0].slope[0] == 0);
    CHECK(pieces[1].slope[0] == Approx(11.1).epsilon(1e-14));
  }
}

TEST_CASE("a corner that nobody feels does not move one that counts") {
  // The first unit is 1e-12 (x + 1) - 1.5e-12 by cancellation: its corner at 0.5 is known to some
  // 0.004, gamma_13 of the size 3 over 1e-12. That of the second at 0.502 is known well, and stays.
  const DrawnNet<double> net = net_of(
      {.inputs = 1, .outputs = 1, .layers = {dense(3), layer("identity"), dense(2), layer("relu")}},
      {{1, 1, 1}, {1, 1, 0}, {1, 0, -1 + 1e-12, 0, 0, 1}, {-1.5e-12, -0.502}, {1, 1}, {0}});
  const std::vector<LinearPiece> pieces = pieces_of(net, 0, 1);
  const auto bent = std::ranges::find_if(pieces, [](const auto& p) { return p.slope[0] > 0.5; });
  REQUIRE(bent != pieces.end());
  CHECK(bent->left == Approx(0.502).epsilon(1e-9));
}

TEST_CASE("outputs have their pieces one by one or together") {
  const DrawnNet<double> net =
      net_of({.inputs = 1, .outputs = 2, .layers = {dense(2), layer("relu")}},
             {{1, 1}, {0, -0.5}, {1, 0, 0, 1}, {0, 0}});
  const auto count = [&](std::optional<Index> output) {
    return linear_pieces(net.model, net.parameters, {.output = output}).size();
  };
  CHECK(count({}) == 3);
  CHECK(count(0) == 2);
  CHECK(count(1) == 2);
  CHECK(linear_pieces(net.model, net.parameters, {.output = 1})[1].left == 0.5);
  CHECK_THROWS_AS(count(2), UsageError);
  CHECK_THROWS_AS(count(-1), UsageError);
}

TEST_CASE("what has no pieces to count is refused by name") {
  const auto reason = [](std::vector<LayerSpec> layers, Index inputs = 1) {
    const DrawnNet<double> net({.inputs = inputs, .outputs = 1, .layers = std::move(layers)});
    const auto why = why_not_piecewise_linear(net.model);
    REQUIRE(why.has_value());
    CHECK(message_of<UsageError>([&] { pieces_of(net, -1, 1); }) == *why);
    return *why;
  };
  CHECK(reason({dense(3), layer("relu"), layer("tanh")}) ==
        "layer 2 (tanh) is not piecewise linear");
  CHECK(reason({dense(3), layer("layer_norm")}) == "layer 1 (layer_norm) is not piecewise linear");
  CHECK(reason({residual({layer("gelu")})}) == "layer 0.0 (gelu) is not piecewise linear");
  CHECK(reason({layer("hard_swish")}) == "layer 0 (hard_swish) is not piecewise linear");
  CHECK(reason({layer("softmax")}).ends_with("is not piecewise linear"));
  CHECK(reason({dense(2)}, 2) == "linear pieces are counted along one input, and the net has 2");
  // Says to be piecewise linear and hides its kink.
  CHECK(reason({own_activation(AlmostIdentity{})}).find("no line between its kinks") !=
        std::string::npos);
}

namespace {

/// A user's own, with two kinks.
struct Trapezoid {
  static constexpr std::string_view name = "trapezoid";
  static constexpr Needs needs = Needs::input;
  static constexpr bool piecewise_linear = true;
  static std::vector<double> kinks() { return {-1, 2}; }

  template <class V>
  V value(V x) const {
    return x < V{-1} ? V{-4} : x > V{2} ? V{2} : 2 * x - V{2};
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    return x < V{-1} || x > V{2} ? V{0} : V{2};
  }
};

/// Jumps at 0.
struct Step {
  static constexpr std::string_view name = "step";
  static constexpr Needs needs = Needs::input;
  static constexpr bool piecewise_linear = true;
  static constexpr double max_slope = 1;
  static std::vector<double> kinks() { return {0}; }

  template <class V>
  V value(V x) const {
    return x > V{0} ? V{1} : V{0};
  }
  template <class V>
  V slope(V /*x*/, V /*y*/) const {
    return V{0};
  }
};

}  // namespace

TEST_CASE("an activation of one's own is followed where it is what it says") {
  DrawnNet<double> net({.inputs = 1, .outputs = 1, .layers = {own_activation(Trapezoid{})}});
  const std::vector<LinearPiece> pieces = pieces_of(net, -8, 8);
  REQUIRE(pieces.size() == 3);
  CHECK(pieces[1].left == -1);
  CHECK(pieces[1].right == 2);
  check_against_tape(net, pieces, -8, 8);
  const DrawnNet<double> step({.inputs = 1, .outputs = 1, .layers = {own_activation(Step{})}});
  CHECK(why_not_piecewise_linear(step.model)->starts_with("layer 0 (step) jumps at 0"));
}

TEST_CASE("too many pieces, a bad range and broken numbers are errors") {
  const DrawnNet<double> net = tent(10);
  const auto count = [&](Index most) {
    return linear_pieces(net.model, net.parameters, {.low = 0, .high = 1, .most_pieces = most});
  };
  CHECK(count(1024).size() == 1024);
  CHECK(message_of<NumericalError>([&] {
          count(1023);
        }).starts_with("more than 1023 linear pieces after layer 19 (relu)"));
  CHECK_THROWS_AS(pieces_of(net, 1, 1), UsageError);
  CHECK_THROWS_AS(pieces_of(net, 1, 0), UsageError);
  CHECK_THROWS_AS(pieces_of(net, 0, kInfinity), UsageError);
  CHECK_THROWS_AS(pieces_of(net, std::nan(""), 1), UsageError);
  DrawnNet<double> broken = tent(2);
  broken.parameters.values()[0] = std::nan("");
  CHECK_THROWS_AS(pieces_of(broken, 0, 1), NumericalError);
}

}  // namespace clino::test
