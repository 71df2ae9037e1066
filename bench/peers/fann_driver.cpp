// FANN: it updates after each sample, so that a step is as many updates as a batch has samples. It
// knows the squared error alone, and no ReLU: outputs are sigmoids of one for each class, hidden
// units are tanh. Its loss therefore says nothing beside the others', and is left out.

#include <floatfann.h>
#include <immintrin.h>
#include <limits>

#include "driver.hpp"

namespace {

using bench::Size;

class Training {
 public:
  explicit Training(const bench::Spec& spec) : spec_(spec) {
    const Size outputs = spec.outputs();
    wanted_.assign(static_cast<std::size_t>(outputs * outputs), 0);
    for (Size i = 0; i < outputs; ++i) wanted_[static_cast<std::size_t>(i * (outputs + 1))] = 1;
  }

  double run(Size steps) {
    std::vector<unsigned> widths(spec_.layers.begin(), spec_.layers.end());
    fann* const net =
        fann_create_standard_array(static_cast<unsigned>(widths.size()), widths.data());
    fann_set_activation_function_hidden(net, FANN_SIGMOID_SYMMETRIC);
    fann_set_activation_function_output(net, FANN_SIGMOID);
    fann_set_activation_steepness_hidden(net, 1);
    fann_set_training_algorithm(net, FANN_TRAIN_INCREMENTAL);
    fann_set_learning_rate(net, spec_.rate / static_cast<float>(spec_.batch));
    fann_set_learning_momentum(net, spec_.momentum);
    bench::Batches batches(spec_, true);
    const bench::Stopwatch watch;
    for (Size step = 0; step < steps; ++step) {
      for (const std::int32_t sample : batches.next()) {
        fann_train(net, const_cast<float*>(spec_.sample(sample)), target(sample));
      }
    }
    const double seconds = watch.seconds();
    fann_destroy(net);
    return seconds;
  }

 private:
  float* target(Size sample) {
    const float* const value = spec_.target(sample);
    if (spec_.outputs() == 1) return const_cast<float*>(value);
    return wanted_.data() + static_cast<Size>(*value) * spec_.outputs();
  }

  const bench::Spec& spec_;
  std::vector<float> wanted_;  ///< for each class, a row
};

}  // namespace

int main(int count, char** arguments) {
  _mm_setcsr(_mm_getcsr() | 0x8040U);
  const bench::Spec spec = bench::read_spec(count, arguments);
  Training training(spec);
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  bench::serve(
      {"FANN", "2.2", "an update a sample, squared error, tanh"},
      [&](Size steps, bool check) { return std::pair(training.run(check ? 1 : steps), kNone); });
}
