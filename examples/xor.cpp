// Exclusive or, from the parts: a graph, its parameters, a tape that replays it, an optimiser.
#include <algorithm>
#include <array>
#include <clino/clino.hpp>
#include <cstdio>

int main() {
  using namespace clino;

  // Record the net once: 2 inputs, 8 hidden units, one output and its loss. Shapes are checked
  // here.
  Graph graph;
  const Var x = graph.input("x", 2);
  const Var target = graph.input("target", 1);
  const Var hidden_weight = graph.parameter("hidden.weight", 8, 2);
  const Var hidden_bias = graph.parameter("hidden.bias", 8);
  const Var output_weight = graph.parameter("output.weight", 1, 8);
  const Var output_bias = graph.parameter("output.bias", 1);
  const Var hidden = affine(graph, hidden_weight, hidden_bias, x);
  const Var active = make_activation({.type = "tanh"})->record(graph, hidden, "tanh").output;
  const Var logit = affine(graph, output_weight, output_bias, active);
  const Var loss = binary_cross_entropy(graph, logit, target);

  // The numbers live apart from the graph; biases stay at zero.
  Parameters<float> parameters(graph);
  Random random(/*seed=*/1, stream_id("weights"));
  for (const Var weight : {hidden_weight, output_weight}) {
    for (float& number : parameters.value(weight).elements()) {
      number = static_cast<float>(random.normal());
    }
  }

  // A batch is a matrix whose columns are samples: (0,0), (0,1), (1,0), (1,1).
  Tape<float> tape(graph, parameters, {.max_batch = 4});
  tape.set_batch(4);
  std::ranges::copy(std::array{0.F, 0.F, 0.F, 1.F, 1.F, 0.F, 1.F, 1.F}, tape.input(x).data);
  std::ranges::copy(std::array{0.F, 1.F, 1.F, 0.F}, tape.input(target).data);

  const auto optimizer = make_optimizer<float>({.type = "adam"}, std::ssize(parameters.values()));
  for (std::uint64_t step = 0; step < 500; ++step) {
    const StepContext context = {.step = step};
    parameters.zero_gradients();
    tape.forward(context);
    tape.backward(loss);
    optimizer->update({.learning_rate = 0.05, .step = step}, parameters.values(),
                      parameters.gradients(), parameters.segments(), {});
    if (step % 100 == 0) std::printf("step %3d  loss %.5f\n", int(step), tape.value(loss)(0, 0));
  }

  tape.forward({.mode = Mode::evaluate});
  bool solved = true;
  for (Index sample = 0; sample < 4; ++sample) {
    const bool answer = tape.value(logit)(0, sample) > 0;
    solved = solved && answer == (tape.input(target)(0, sample) == 1);
    std::printf("%g xor %g = %d\n", tape.input(x)(0, sample), tape.input(x)(1, sample), answer);
  }
  return solved ? 0 : 1;
}
