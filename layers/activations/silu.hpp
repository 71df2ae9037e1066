#pragma once

#include <string_view>

#include "core/math.hpp"
#include "core/ops/elementwise.hpp"
#include "layers/activations/limits.hpp"

namespace clino {

/// y = x s,  dy/dx = s + x s (1 - s),  s = sigmoid(x)  (also called swish)
struct Silu {
  static constexpr std::string_view name = "silu";
  static constexpr std::string_view summary = "x sigmoid(x)";
  static constexpr Needs needs = Needs::input;

  template <class V>
  V value(V x) const {
    return above_infinity(x) * math::sigmoid(x);
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    const V s = math::sigmoid(x);
    return s + within_infinity(x) * s * (V{1} - s);
  }
};

}  // namespace clino
