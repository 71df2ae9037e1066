// Trains one of three small nets on generated data, for bench/count_instructions to count what a
// step takes. What is counted runs inside `clino_counted_steps`.

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <vector>

#include "core/random.hpp"
#include "core/tape.hpp"
#include "layers/model.hpp"
#include "optim/optimizer.hpp"

namespace {

using namespace clino;

struct Work {
  std::string_view name;
  Index inputs, classes;
  std::vector<Index> hidden;
  const char* activation;
  const char* loss;
  Index batch;
  std::uint64_t steps;
};

std::vector<Work> works() {
  return {{"w1", 2, 1, {16, 16}, "tanh", "binary_cross_entropy", 32, 300},
          {"w2", 784, 10, {128, 64}, "relu", "softmax_cross_entropy", 64, 4},
          {"w3", 784, 10, std::vector<Index>(20, 64), "relu", "softmax_cross_entropy", 64, 4}};
}

Model make_model(const Work& work) {
  return build_model({.inputs = work.inputs,
                      .outputs = work.classes,
                      .layers = hidden_layers(work.hidden, {.type = work.activation}),
                      .loss = {.type = work.loss}});
}

/// A net and all that a step changes.
struct Training {
  explicit Training(const Work& work)
      : model(make_model(work)),
        parameters(model.graph),
        tape(model.graph, parameters, {.max_batch = work.batch, .replaces_gradients = true}),
        optimizer(make_optimizer<float>({.type = "sgd", .options = {{"momentum", .9}}},
                                        std::ssize(parameters.values()))) {
    initialize(model, parameters, /*seed=*/1);
    tape.set_batch(work.batch);
    Random random(/*seed=*/1, stream_id("counted"));
    const Matrix<float> x = tape.input(model.input), target = tape.input(model.target);
    for (Index i = 0; i < x.rows * x.columns; ++i) x.data[i] = static_cast<float>(random.normal());
    const Index labels = std::max<Index>(2, work.classes);
    for (Index j = 0; j < target.columns; ++j) target(0, j) = static_cast<float>(j % labels);
  }

  Model model;
  Parameters<float> parameters;
  Tape<float> tape;
  std::unique_ptr<Optimizer<float>> optimizer;
};

}  // namespace

extern "C" [[gnu::noinline]] void clino_counted_steps(Training& training, std::uint64_t first,
                                                      std::uint64_t last) {
  for (std::uint64_t step = first; step < last; ++step) {
    training.tape.forward({.step = step, .normalizer = static_cast<double>(training.tape.batch())});
    training.tape.backward(training.model.loss);
    training.optimizer->update({.learning_rate = .001, .step = step}, training.parameters.values(),
                               training.parameters.gradients(), training.parameters.segments(), {});
  }
}

int main(int count, char** arguments) {
  const std::string_view name = count == 2 ? arguments[1] : "";
  for (const Work& work : works()) {
    if (work.name != name) continue;
    Training training(work);
    clino_counted_steps(training, 0, work.steps);
    std::printf("%llu steps, loss %.4f, gcc %s\n", static_cast<unsigned long long>(work.steps),
                static_cast<double>(training.tape.value(training.model.loss)(0, 0)), __VERSION__);
    return 0;
  }
  std::fprintf(stderr, "usage: counted_training w1|w2|w3\n");
  return 2;
}
