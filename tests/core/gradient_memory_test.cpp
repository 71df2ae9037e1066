#include "core/gradient_memory.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "core/errors.hpp"
#include "core/ops/ops.hpp"
#include "core/ops/softmax.hpp"
#include "core/random.hpp"
#include "core/tape.hpp"
#include "tests/catch.hpp"
#include "tests/throws.hpp"

using namespace clino;

namespace {

constexpr Index kBatch = 5;

/// Values that are read once, several times and not at all, in any order, of several widths.
struct RandomNet {
  Graph graph;
  Var x = graph.input("x", 3);
  std::vector<Var> values{x};
  Var loss;

  explicit RandomNet(std::uint64_t seed) {
    Random random(seed, stream_id("random net"));
    const auto any = [&] { return values[random.below(values.size())]; };
    for (int i = 0; i < 14; ++i) {
      const std::string name = std::to_string(i);
      const Var from = random.below(3) == 0 ? any() : values.back();
      const Index width = graph.shape(from).rows;
      switch (random.below(5)) {
        case 0:
          values.push_back(multiply(graph, from, from));
          break;
        case 1: {
          // A sum of two roads, as in a residual block.
          const Var weight = graph.parameter("s" + name, width, width);
          values.push_back(add(graph, from, matmul(graph, weight, from)));
          break;
        }
        case 2:
          values.push_back(softmax(graph, from, 1));
          break;
        default: {
          const auto rows = static_cast<Index>(1 + random.below(6));
          values.push_back(affine(graph, graph.parameter("w" + name, rows, width),
                                  graph.parameter("b" + name, rows), from));
        }
      }
    }
    loss = mean(graph, values[values.size() - 1 - random.below(3)]);
  }

  template <class T>
  void fill(Parameters<T>& parameters, Tape<T>& tape) const {
    Random random(1, stream_id("numbers"));
    for (T& value : parameters.values()) value = static_cast<T>(random.normal() / 2);
    for (T& value : tape.input(x).elements()) value = static_cast<T>(random.normal());
  }
};

/// Keeps a copy of every gradient that it is told of.
template <class T>
class Copies : public TapeVisitor {
 public:
  explicit Copies(const Tape<T>& tape) : tape_(&tape) {}
  void computed(Var /*var*/) override {}
  void gradient_complete(Var var) override {
    const auto elements = tape_->gradient(var).elements();
    seen[var.index].assign(elements.begin(), elements.end());
  }
  void handed_on(Var /*var*/) override {}

  std::map<Index, std::vector<T>> seen;

 private:
  const Tape<T>* tape_;
};

/// 3-[8]x depth-1 with a mean for a loss.
struct Chain {
  Graph graph;
  Var x = graph.input("x", 3);
  Var hidden = x;
  Var loss;

  explicit Chain(Index depth) {
    for (Index i = 0; i < depth; ++i) {
      const Var weight = graph.parameter("w" + std::to_string(i), 8, graph.shape(hidden).rows);
      hidden = multiply(graph, matmul(graph, weight, hidden), matmul(graph, weight, hidden));
    }
    loss = mean(graph, hidden);
  }
};

}  // namespace

TEMPLATE_TEST_CASE("gradients that share memory are those that have their own", "", float, double) {
  using T = TestType;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    INFO("seed " << seed);
    const RandomNet net(seed);
    Parameters<T> parameters(net.graph);
    Tape<T> keeping(net.graph, parameters,
                    {.max_batch = kBatch, .gradient_of = net.values, .replaces_gradients = true});
    Tape<T> sharing(net.graph, parameters,
                    {.max_batch = kBatch,
                     .gradient_of = net.values,
                     .backward_from = net.loss,
                     .replaces_gradients = true});
    for (const Index batch : {kBatch, Index{2}, kBatch}) {
      const auto pass = [&](Tape<T>& tape) {
        tape.set_batch(batch);
        net.fill(parameters, tape);
        std::ranges::fill(parameters.gradients(), T{7});
        Copies<T> copies(tape);
        tape.forward({});
        tape.backward(net.loss, &copies);
        return copies.seen;
      };
      const auto expected = pass(keeping);
      const std::vector<T> gradients(parameters.gradients().begin(), parameters.gradients().end());
      const auto found = pass(sharing);
      CHECK(found == expected);
      CHECK(std::ranges::equal(gradients, parameters.gradients()));
    }
    CHECK(keeping.keeps_gradients());
    CHECK_FALSE(sharing.keeps_gradients());
  }
}

TEST_CASE("a gradient that the pass does not come by is still zero after it") {
  Graph graph;
  const Var x = graph.input("x", 3);
  const Var y = affine(graph, graph.parameter("w", 4, 3), graph.parameter("b", 4), x);
  const Var aside = softmax(graph, y, 1);
  const Var loss = mean(graph, multiply(graph, y, y));
  Parameters<double> parameters(graph);
  std::ranges::fill(parameters.values(), .5);
  Tape<double> tape(graph, parameters,
                    {.max_batch = 2, .gradient_of = {aside}, .backward_from = loss});
  std::ranges::fill(tape.input(x).elements(), 1.0);
  for (int pass = 0; pass < 2; ++pass) {
    tape.forward({});
    tape.backward(loss);
    CHECK(std::ranges::all_of(tape.gradient(aside).elements(), [](double g) { return g == 0; }));
  }
}

TEST_CASE("gradients of a deep net take as much memory as those of a shallow one") {
  const auto shared = [](Index depth) {
    const Chain chain(depth);
    const std::vector<char> wanted(static_cast<std::size_t>(chain.graph.size()), 1);
    return share_gradient_memory(chain.graph, chain.loss, wanted, 16).size;
  };
  // One of two products waits while the other is handed on.
  CHECK(shared(3) == 3 * 8 * 16);
  CHECK(shared(30) == shared(3));
}

TEST_CASE("a gradient that was not kept is refused, and so is a pass from elsewhere") {
  const Chain chain(2);
  Parameters<float> parameters(chain.graph);
  Tape<float> tape(chain.graph, parameters, {.max_batch = 2, .backward_from = chain.loss});
  tape.forward({});
  tape.backward(chain.loss);
  CHECK(message_of<UsageError>([&] { (void)tape.gradient(chain.hidden); }) ==
        "the gradient of value " + std::to_string(chain.hidden.index) + " was not kept");
  const std::vector<float> upstream(16, 1);
  const std::string elsewhere = message_of<UsageError>([&] {
    tape.backward(chain.hidden, Matrix<const float>{upstream.data(), 8, 2});
  });
  CHECK(elsewhere == "a backward pass from value " + std::to_string(chain.hidden.index) +
                         " on a tape whose passes begin at value " +
                         std::to_string(chain.loss.index));
  const TapeOptions foreign{.max_batch = 2, .backward_from = Var{99}};
  CHECK_THROWS_AS(Tape<float>(chain.graph, parameters, foreign), UsageError);
}

TEST_CASE("threads that share a batch find all gradients in place") {
  const Chain chain(4);
  Parameters<float> parameters(chain.graph);
  ThreadTeam team(2, 0);
  const Tape<float> tape(chain.graph, parameters,
                         {.max_batch = 64, .backward_from = chain.loss, .team = &team});
  CHECK(tape.keeps_gradients());
}
