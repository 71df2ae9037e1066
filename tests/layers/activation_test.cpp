#include "layers/activations/activation.hpp"

#include <cmath>
#include <set>
#include <string>
#include <typeinfo>

#include "core/errors.hpp"
#include "core/tape.hpp"
#include "layers/activations/erase.hpp"
#include "layers/activations/list.hpp"
#include "tests/catch.hpp"
#include "tests/layers/layer_helpers.hpp"
#include "tests/throws.hpp"

using namespace clino;

TEST_CASE("the list of activations", "[activation]") {
  const std::set<std::string> expected = {
      "identity", "sigmoid",  "tanh",    "lecun_tanh",  "relu",         "leaky_relu", "prelu",
      "relu6",    "elu",      "selu",    "celu",        "gelu",         "silu",       "mish",
      "softplus", "softsign", "softmax", "log_softmax", "hard_sigmoid", "hard_tanh",  "hard_swish"};
  std::set<std::string> found;
  for (const CatalogueEntry& entry : activation_catalogue()) {
    INFO(entry.name);
    CHECK(found.insert(entry.name).second);
    CHECK(!entry.summary.empty());
    const auto activation = make_activation({.type = entry.name});
    CHECK(activation->name() == entry.name);
    CHECK(activation->choice().options.size() == entry.options.size());
    CHECK(activation->elementwise() != (entry.name == "softmax" || entry.name == "log_softmax"));
  }
  CHECK(found == expected);
}

TEST_CASE("piecewise-linear activations are marked", "[activation]") {
  const std::set<std::string> linear = {"identity", "relu",      "leaky_relu",  "prelu",
                                        "relu6",    "hard_tanh", "hard_sigmoid"};
  for (const CatalogueEntry& entry : activation_catalogue()) {
    INFO(entry.name);
    CHECK(make_activation({.type = entry.name})->piecewise_linear() == linear.contains(entry.name));
  }
}

TEST_CASE("activations without negative values are marked", "[activation]") {
  for (const CatalogueEntry& entry : activation_catalogue()) {
    INFO(entry.name);
    const auto activation = make_activation({.type = entry.name});
    if (!activation->elementwise()) continue;
    bool negative = false;
    for (double x = -300; x <= 300; x += 1.0 / 64) negative |= activation->value(x) < 0;
    CHECK(activation->nonnegative() == !negative);
  }
}

TEST_CASE("options reach the formula and the graph", "[activation]") {
  const auto elu = make_activation({.type = "elu", .options = {{"alpha", 3.0}}});
  CHECK(elu->value(-40) == Approx(-3));
  CHECK(elu->choice().get<double>("alpha") == 3);
  Graph graph;
  const Var y = elu->record(graph, graph.input("x", 2), "layer").output;
  CHECK(graph.node(y).label == "layer");
  CHECK(graph.node(y).operation->kind() == "elu");
  CHECK(graph.node(y).operation->attributes() == elu->choice().options);
}

TEST_CASE("activations refuse what makes no sense", "[activation]") {
  const auto refusal = [](const Choice& choice) {
    return message_of<UsageError>([&] { make_activation(choice); });
  };
  CHECK(contains(refusal({.type = "tahn"}), "tanh"));
  CHECK(contains(refusal({.type = "elu", .options = {{"alhpa", 1.0}}}), "alpha"));
  CHECK(contains(refusal({.type = "celu", .options = {{"alpha", 0.0}}}), "> 0"));
  CHECK(contains(refusal({.type = "softplus", .options = {{"beta", -1.0}}}), "beta"));
  CHECK(contains(refusal({.type = "softmax", .options = {{"temperature", 0.0}}}), "temperature"));
  CHECK(contains(refusal({.type = "gelu", .options = {{"approximate", std::string("erf")}}}),
                 "tanh"));
  CHECK(contains(refusal({.type = "gelu",
                          .options = {{"approximate", std::string("tanh")}, {"stochastic", true}}}),
                 "stochastic"));
  const auto softmax = make_activation({.type = "softmax"});
  CHECK(contains(message_of<UsageError>([&] { softmax->value(1); }), "softmax"));
  CHECK_THROWS_AS(softmax->slope(1), UsageError);
}

namespace {

/// A user's own: y = sin(x), with nothing optional.
struct Sine {
  static constexpr std::string_view name = "sine";
  static constexpr Needs needs = Needs::input;
  template <class V>
  V value(V x) const {
    return std::sin(x);
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    return std::cos(x);
  }
};

/// y = x^3, whose slope has no bound: the user says what to hold it against.
struct Cube {
  static constexpr std::string_view name = "cube";
  static constexpr Needs needs = Needs::input;
  static constexpr double max_slope = 3;
  template <class V>
  V value(V x) const {
    return x * x * x;
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    return V{3} * x * x;
  }
};

/// y = s x.
struct Line {
  static constexpr std::string_view name = "line";
  static constexpr Needs needs = Needs::input;
  double steepness;
  double max_slope() const { return steepness; }
  template <class V>
  V value(V x) const {
    return static_cast<V>(steepness) * x;
  }
  template <class V>
  V slope(V /*x*/, V /*y*/) const {
    return static_cast<V>(steepness);
  }
};

struct Zero {
  static constexpr std::string_view name = "zero";
  static constexpr Needs needs = Needs::output;
  template <class V>
  V value(V /*x*/) const {
    return 0;
  }
  template <class V>
  V slope(V /*x*/, V /*y*/) const {
    return 0;
  }
};

}  // namespace

TEST_CASE("a user's own activation works everywhere", "[activation]") {
  const auto sine = erase_activation(Sine{});
  CHECK(sine->name() == "sine");
  CHECK(sine->elementwise());
  CHECK(sine->kinks().empty());
  CHECK(!sine->piecewise_linear());
  CHECK(sine->max_slope() == Approx(1));
  // E sin^2(z) = (1 - e^-2) / 2.
  CHECK(forward_gain(*sine) == Approx(std::sqrt(2 / (1 - std::exp(-2)))).epsilon(1e-12));

  Graph graph;
  const Var x = graph.input("x", 1);
  const Var y = sine->record(graph, x, "layer").output;
  Parameters<double> parameters(graph);
  Tape<double> tape(graph, parameters, {.max_batch = 1, .gradient_of = {x}});
  tape.input(x).data[0] = 0.7;
  tape.forward({});
  const double upstream = 3;
  tape.backward(y, {&upstream, 1, 1});
  CHECK(tape.value(y).data[0] == std::sin(0.7));
  CHECK(tape.gradient(x).data[0] == 3 * std::cos(0.7));
}

TEST_CASE("a user's own activation may state its largest slope", "[activation]") {
  CHECK(erase_activation(Cube{})->max_slope() == 3);  // the scan would find 3 x 32^2
  CHECK(erase_activation(Line{.steepness = 7})->max_slope() == 7);
  for (const double wrong : {0.0, -1.0, HUGE_VAL, std::nan("")}) {
    CHECK(contains(message_of<UsageError>([&] { erase_activation(Line{.steepness = wrong}); }),
                   "line: max_slope must be a finite number > 0"));
  }
}

TEST_CASE("loops of the library are its own", "[activation]") {
  // Classes of one name would be one to the linker, whichever file's flags made it.
  const auto differ = [](const Activation& a, const Activation& b) {
    return typeid(a) != typeid(b);
  };
  CHECK(differ(*make_activation({.type = "tanh"}), *erase_activation(Tanh{})));
  CHECK(differ(*make_activation({.type = "gelu"}), *erase_activation(ExactGelu{})));
  CHECK(differ(*make_activation({.type = "prelu"}), *erase_activation(Prelu{})));
}

TEST_CASE("an activation that is zero has no gain", "[activation]") {
  CHECK_THROWS_AS(forward_gain(*erase_activation(Zero{})), NumericalError);
}
