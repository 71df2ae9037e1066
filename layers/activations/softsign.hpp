#pragma once

#include <cmath>
#include <string_view>
#include <vector>

#include "core/math.hpp"
#include "core/ops/elementwise.hpp"

namespace clino {

/// y = x / (1 + |x|),  dy/dx = 1 / (1 + |x|)^2
struct Softsign {
  static constexpr std::string_view name = "softsign";
  static constexpr std::string_view summary = "x / (1 + |x|): to (-1, 1), saturates slowly";
  static constexpr Needs needs = Needs::input;

  static std::vector<double> kinks() { return {0}; }  // of the second derivative

  template <class V>
  V value(V x) const {
    constexpr V kFar =
        static_cast<V>(0x1p60);  // beyond, y is 1 to rounding; infinity over itself is NaN
    const V held = math::clamp(x, -kFar, kFar);
    return held / (V{1} + std::abs(held));
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    const V inverse = V{1} / (V{1} + std::abs(x));
    return inverse * inverse;
  }
};

}  // namespace clino
