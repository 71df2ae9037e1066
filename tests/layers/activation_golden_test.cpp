#include "tests/layers/activation_golden.hpp"

#include "layers/activations/list.hpp"
#include "tests/catch.hpp"

using namespace clino;

TEST_CASE("activations agree with PyTorch, at kinks too", "[activation]") {
  for (const GoldenActivation& golden : kGoldenActivations) {
    const auto activation = make_activation(golden.choice);
    for (const GoldenPoint& point : golden.points) {
      INFO(golden.choice.type << " at " << point.x);
      // The margin is PyTorch's: it computes the tails of gelu and tanh by cancellation.
      CHECK(activation->value(point.x) == Approx(point.value).epsilon(1e-13).margin(1e-14));
      CHECK(activation->slope(point.x) == Approx(point.slope).epsilon(1e-13).margin(1e-14));
    }
  }
}
