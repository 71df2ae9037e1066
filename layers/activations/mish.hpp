#pragma once

#include <cmath>
#include <string_view>

#include "core/math.hpp"
#include "core/ops/elementwise.hpp"
#include "layers/activations/limits.hpp"

namespace clino {

/// y = x t,  t = tanh(ln(1 + e^x)),  dy/dx = t + x dt/dx  (Misra 2019).
/// Without a logarithm, and with e = e^-|x| so that nothing overflows:
///     x < 0:   t = (e^2 + 2 e) / (e^2 + 2 e + 2),  dt/dx = 4 (1 + e) e / (e^2 + 2 e + 2)^2
///     x >= 0:  t = (1 + 2 e) / (1 + 2 e + 2 e^2),  dt/dx = 4 (1 + e) e^2 / (1 + 2 e + 2 e^2)^2
struct Mish {
  static constexpr std::string_view name = "mish";
  static constexpr std::string_view summary = "x tanh(softplus(x))";
  static constexpr Needs needs = Needs::input;

  template <class V>
  V value(V x) const {
    const V e = math::exp(-std::abs(x));
    const V numerator = x < V{0} ? e * (e + V{2}) : V{1} + V{2} * e;
    const V rest = x < V{0} ? V{2} : V{2} * e * e;
    return above_infinity(x) * (numerator / (numerator + rest));
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    const V e = math::exp(-std::abs(x));
    const V numerator = x < V{0} ? e * (e + V{2}) : V{1} + V{2} * e;
    const V rest = x < V{0} ? V{2} : V{2} * e * e;
    const V inverse = V{1} / (numerator + rest);
    const V rise = V{4} * (V{1} + e) * (x < V{0} ? e : e * e) * inverse * inverse;
    return numerator * inverse + within_infinity(x) * rise;
  }
};

}  // namespace clino
