#include "core/grad_check.hpp"

#include <cmath>

#include "core/errors.hpp"
#include "core/ops/ops.hpp"
#include "tests/catch.hpp"

using namespace clino;

namespace {

/// y = x^3 with the rule  dx += wrong(3 x^2, dy).
template <class Rule>
struct Cube final : OperationOf<Cube<Rule>> {
  std::string_view kind() const override { return "cube"; }
  Shape infer(std::span<const Shape> in) const override { return in[0]; }
  template <class T>
  void value(const StepContext& /*step*/, const Arguments<T>& x) const {
    for (Index i = 0; i < x.output.size(); ++i) {
      const T v = x.inputs[0].data[i];
      x.output.data[i] = v * v * v;
    }
  }
  template <class T>
  void gradient(const StepContext& /*step*/, const Arguments<T>& x) const {
    for (Index i = 0; i < x.output.size(); ++i) {
      const T v = x.inputs[0].data[i];
      Rule::apply(x.input_gradients[0].data[i], 3 * v * v, x.output_gradient.data[i]);
    }
  }
};

struct Right {
  template <class T>
  static void apply(T& dx, T slope, T dy) {
    dx += slope * dy;
  }
};
struct ForgetsUpstream {
  template <class T>
  static void apply(T& dx, T slope, T /*dy*/) {
    dx += slope;
  }
};
struct Overwrites {
  template <class T>
  static void apply(T& dx, T slope, T dy) {
    dx = slope * dy;
  }
};
struct SlightlyWrong {
  template <class T>
  static void apply(T& dx, T slope, T dy) {
    dx += slope * dy * T(1 + 1e-6);
  }
};
struct WrongSign {
  template <class T>
  static void apply(T& dx, T slope, T dy) {
    dx -= slope * dy;
  }
};
struct NotANumber {
  template <class T>
  static void apply(T& dx, T /*slope*/, T /*dy*/) {
    dx = std::nan("");
  }
};

template <class Rule>
GradCheckResult check_cube(bool twice = false) {
  return grad_check(
      [=](Graph& g, std::span<const Var> v) {
        const Var y = g.record(Cube<Rule>{}, {v[0]});
        return twice ? add(g, y, v[0]) : y;
      },
      {{.rows = 2, .columns = 3, .values = {.5, -1, 2, .25, 3, -.75}, .batched = true}});
}

}  // namespace

TEST_CASE("the gradient check accepts a right rule of a user's own operation") {
  const GradCheckResult result = check_cube<Right>();
  CHECK(result.passed);
  CHECK(result.largest_error < 1e-9);
  CHECK(check_cube<Right>(true));
}

TEST_CASE("the gradient check rejects wrong rules") {
  CHECK_FALSE(check_cube<ForgetsUpstream>());
  CHECK_FALSE(check_cube<SlightlyWrong>());
  CHECK_FALSE(check_cube<WrongSign>());
  CHECK_FALSE(check_cube<NotANumber>());
  CHECK(check_cube<Overwrites>());            // nothing else writes there
  CHECK_FALSE(check_cube<Overwrites>(true));  // but here x is used twice
}

TEST_CASE("the gradient check says where it found the largest error") {
  const GradCheckResult result = check_cube<WrongSign>();
  CHECK(result.where.find("operand 0, row ") == 0);
  CHECK(result.largest_error == Approx(2).epsilon(1e-6));
}

TEST_CASE("the gradient check refuses to check nothing") {
  const auto twice = [](Graph& g, std::span<const Var> v) { return scale(g, v[0], 2); };
  CHECK_THROWS_AS(grad_check(twice, {{.values = {1}, .differentiate = false}}), UsageError);
}

TEST_CASE("the gradient check refuses operands of the wrong size") {
  CHECK_THROWS_AS(grad_check([](Graph& g, std::span<const Var> v) { return add(g, v[0], v[1]); },
                             {{.columns = 2, .values = {1, 2}, .batched = true},
                              {.columns = 3, .values = {1, 2, 3}, .batched = true}}),
                  ShapeError);
  CHECK_THROWS_AS(grad_check([](Graph& g, std::span<const Var> v) { return sum(g, v[0]); },
                             {{.rows = 2, .columns = 2, .values = {1, 2, 3}}}),
                  ShapeError);
}
