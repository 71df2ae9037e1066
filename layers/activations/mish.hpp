#pragma once

#include <cmath>
#include <string_view>

#include "core/math.hpp"
#include "core/ops/elementwise.hpp"
#include "layers/activations/limits.hpp"

namespace clino {

/// y = x t,  t = tanh(ln(1 + e^x)),  dy/dx = t + x dt/dx  (Misra 2019).
/// Without a logarithm, and with e = e^-|x| so that nothing overflows:
///     t = n / d,  dt/dx = 4 e (1 + e) b / d^2,  n = a (a + 2 b),  d = n + 2 b^2,
/// where a = 1, b = e for x >= 0, and a = e, b = 1 below.
struct Mish {
  static constexpr std::string_view name = "mish";
  static constexpr std::string_view summary = "x tanh(softplus(x))";
  static constexpr Needs needs = Needs::input;

  template <class V>
  V value(V x) const {
    const Terms<V> terms(x);
    return above_infinity(x) * (terms.numerator / terms.denominator);
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    const Terms<V> terms(x);
    const V inverse = V{1} / terms.denominator;
    const V rise = V{4} * terms.e * (V{1} + terms.e) * terms.b * inverse * inverse;
    return math::multiply_add(within_infinity(x), rise, terms.numerator * inverse);
  }

 private:
  template <class V>
  struct Terms {
    V e, b, numerator, denominator;

    explicit Terms(V x) : e(math::exp_of_negative(-std::abs(x))), b(x < V{0} ? V{1} : e) {
      const V a = x < V{0} ? e : V{1};
      numerator = a * (a + V{2} * b);
      denominator = math::multiply_add(V{2} * b, b, numerator);
    }
  };
};

}  // namespace clino
