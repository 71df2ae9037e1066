#pragma once

#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "core/errors.hpp"
#include "core/operation.hpp"

/// \file
/// The operation y_i = f(x_i) from a plain struct that knows f and its slope.

namespace clino {

/// What a function's slope reads: its input x, its output y, or both.
enum class Needs { input, output, both };

/// A function of one number:
///
///     struct Square {
///       static constexpr std::string_view name = "square";
///       static constexpr Needs needs = Needs::input;
///       template <class V> V value(V x) const { return x * x; }
///       template <class V> V slope(V x, V /*y*/) const { return V{2} * x; }
///     };
///
/// `V` is float or double. Written with ternaries and the functions of core/math.hpp, the loops
/// below become vector code. An argument of `slope` that `needs` does not name is NaN.
template <class A>
concept ElementwiseFunction = requires(const A& f, float x, double y) {
  std::string_view(A::name);
  Needs(A::needs);
  f.value(x);
  f.value(y);
  f.slope(x, x);
  f.slope(y, y);
};

/// f'(x) for looking at, not for training: where the slope by the output loses its digits (float
/// tanh'(9.2) by 1 - y^2 is 3 times too large), a function has a `measured_slope(x)`.
template <class A, class V>
V measured_slope(const A& f, V x) {
  if constexpr (requires { f.measured_slope(x); }) {
    return f.measured_slope(x);
  } else {
    return f.slope(x, f.value(x));
  }
}

/// y = f(x), elementwise, for any shape.
template <ElementwiseFunction A>
class Elementwise final : public OperationOf<Elementwise<A>> {
 public:
  explicit Elementwise(A function, std::map<std::string, OptionValue> attributes = {})
      : function_(std::move(function)), attributes_(std::move(attributes)) {}

  std::string_view kind() const override { return A::name; }
  std::map<std::string, OptionValue> attributes() const override { return attributes_; }

  Shape infer(std::span<const Shape> inputs) const override {
    if (inputs.size() != 1) {
      throw ShapeError("[" + std::string(kind()) + "] expected one operand, found " +
                       std::to_string(inputs.size()));
    }
    return inputs[0];
  }

  Abilities abilities() const override { return {.by_columns = true, .overwrites = true}; }

  template <class T>
  [[gnu::flatten]] void value(const StepContext& /*step*/, const Arguments<T>& arguments) const {
    const A f = function_;  // a copy: writing y cannot change it
    const T* x = arguments.inputs[0].data;
    T* y = arguments.output.data;
    const Index size = arguments.output.size();
    for (Index i = 0; i < size; ++i) y[i] = f.value(x[i]);
  }

  /// dL/dx += f'(x) dL/dy.
  template <class T>
  [[gnu::flatten]] void gradient(const StepContext& /*step*/, const Arguments<T>& arguments) const {
    const A f = function_;
    const T* x = arguments.inputs[0].data;
    const T* y = arguments.output.data;
    const T* upstream = arguments.output_gradient.data;
    constexpr T kUnread = std::numeric_limits<T>::quiet_NaN();
    write_gradient(arguments.input_gradients[0].elements(), arguments.fresh[0] != 0,
                   [=](std::size_t i) {
                     const T slope = f.slope(A::needs == Needs::output ? kUnread : x[i],
                                             A::needs == Needs::input ? kUnread : y[i]);
                     return slope * upstream[i];
                   });
  }

 private:
  A function_;
  std::map<std::string, OptionValue> attributes_;
};

}  // namespace clino
