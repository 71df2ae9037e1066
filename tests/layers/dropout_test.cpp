#include "core/ops/dropout.hpp"

#include <cmath>

#include "core/errors.hpp"
#include "core/grad_check.hpp"
#include "core/ops/ops.hpp"
#include "core/tape.hpp"
#include "tests/layers/layer_helpers.hpp"
#include "tests/throws.hpp"

using namespace clino;

namespace {

constexpr double kRate = 0.3;

/// Dropout of ones: the output is the mask.
template <class T>
class Masks {
 public:
  explicit Masks(Index features, Index batch, double rate = kRate, std::uint32_t stream = 7) {
    Graph graph;
    x_ = graph.input("x", features);
    y_ = dropout(graph, x_, rate, stream);
    parameters_.emplace_back(graph);
    tapes_.emplace_back(graph, parameters_.front(),
                        TapeOptions{.max_batch = batch, .gradient_of = {x_}});
    std::ranges::fill(tapes_.front().input(x_).elements(), T{1});
  }
  std::vector<T> draw(const StepContext& step) {
    tapes_.front().forward(step);
    const auto y = tapes_.front().value(y_).elements();
    return {y.begin(), y.end()};
  }

 private:
  Var x_, y_;
  std::vector<Parameters<T>> parameters_;
  std::vector<Tape<T>> tapes_;
};

}  // namespace

TEST_CASE("dropout keeps a share of 1 - rate, scaled so that the mean stays") {
  constexpr Index kCount = 200000;
  const auto mask = Masks<double>(2000, 100).draw({.seed = 3});
  Index dropped = 0;
  Index strange = 0;
  for (const double m : mask) {
    dropped += m == 0 ? 1 : 0;
    strange += m != 0 && m != 1 / (1 - kRate) ? 1 : 0;
  }
  CHECK(strange == 0);
  // Binomial: standard deviation sqrt(n r (1 - r)), z = 5.
  const double deviation = std::sqrt(kCount * kRate * (1 - kRate));
  CHECK(std::abs(static_cast<double>(dropped) - kCount * kRate) < 5 * deviation);
}

TEST_CASE("dropout's draws belong to seed, stream, epoch and sample, not to the column") {
  const StepContext step{.seed = 3, .epoch = 2};
  const auto mask = Masks<double>(64, 4).draw(step);
  CHECK(Masks<double>(64, 4).draw(step) == mask);
  CHECK(Masks<double>(64, 4).draw({.seed = 3, .epoch = 2, .step = 99}) == mask);
  CHECK(Masks<double>(64, 4).draw({.seed = 4, .epoch = 2}) != mask);
  CHECK(Masks<double>(64, 4).draw({.seed = 3, .epoch = 1}) != mask);
  CHECK(Masks<double>(64, 4, kRate, 8).draw(step) != mask);

  const std::vector<Index> order = {2, 0, 3, 1};
  StepContext shuffled = step;
  shuffled.sample_indices = order;
  const auto permuted = Masks<double>(64, 4).draw(shuffled);
  for (std::size_t j = 0; j < order.size(); ++j) {
    const auto from = static_cast<std::size_t>(order[j]) * 64;
    CHECK(std::equal(permuted.begin() + static_cast<Index>(j * 64),
                     permuted.begin() + static_cast<Index>(j * 64 + 64),
                     mask.begin() + static_cast<Index>(from)));
  }
}

TEST_CASE("dropout does nothing in evaluation and at rate 0") {
  const std::vector<double> ones(64 * 4, 1.0);
  CHECK(Masks<double>(64, 4).draw({.mode = Mode::evaluate}) == ones);
  CHECK(Masks<double>(64, 4, 0).draw({}) == ones);
  CHECK(Masks<float>(1, 1, 0).draw({}) == std::vector<float>{1});
}

TEST_CASE("dropout passes the gradient check in both modes") {
  for (const Mode mode : {Mode::train, Mode::evaluate}) {
    const GradCheckResult result = grad_check(
        [](Graph& graph, std::span<const Var> in) {
          return scale(graph, dropout(graph, in[0], 0.5, 11), 3);
        },
        {{2, 3, {0.3, -1, 2, 300, -300, 0.5}, true}}, {.context = {.mode = mode, .seed = 5}});
    INFO(result.where);
    CHECK(result.passed);
  }
}

TEST_CASE("dropout refuses rates outside [0, 1)") {
  Graph graph;
  const Var x = graph.input("x", 3);
  for (const double rate : {-0.1, 1.0, std::nan("")}) {
    CHECK(contains(message_of<UsageError>([&] { dropout(graph, x, rate, 0); }),
                   "[dropout] rate must be in [0, 1), found"));
  }
}
