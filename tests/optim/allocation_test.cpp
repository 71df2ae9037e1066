#include <cmath>
#include <vector>

#include "core/kernels/reduce.hpp"
#include "optim/clip.hpp"
#include "optim/optimizer.hpp"
#include "optim/schedule.hpp"
#include "tests/allocations.hpp"
#include "tests/catch.hpp"
#include "tests/optim/cases.hpp"

namespace clino::test {
namespace {

TEST_CASE("a step allocates nothing, logged or not") {
  constexpr std::size_t kCount = 3000;
  const std::vector<Segment> segments = {{.name = "w", .offset = 0, .rows = 30, .columns = 100}};
  const auto schedule = make_schedule({.type = "cosine"}, 0.1);
  for (const Choice& choice : optimizer_cases()) {
    INFO(title(choice));
    const auto optimizer = make_optimizer<float>(choice, static_cast<Index>(kCount));
    std::vector<float> weights(kCount);
    std::vector<float> gradients(kCount, 1.0F);
    std::vector<double> squares(1);
    const AllocationCount count;
    for (std::uint64_t step = 0; step < 4; ++step) {
      const double rate = schedule->learning_rate({.step = step, .total_steps = 4});
      clip_by_norm<float>(gradients, std::sqrt(kernels::squared_norm<float>(gradients)), 1.0);
      clip_by_value<float>(gradients, 0.5);
      const std::span<double> asked = step % 2 == 0 ? std::span<double>() : squares;
      optimizer->update({rate, step}, weights, gradients, segments, asked);
    }
    CHECK(count.since_start() == 0);
  }
}

}  // namespace
}  // namespace clino::test
