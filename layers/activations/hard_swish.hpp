#pragma once

#include <string_view>
#include <vector>

#include "core/math.hpp"
#include "core/ops/elementwise.hpp"

namespace clino {

/// y = x min(max(x + 3, 0), 6) / 6,  dy/dx = x / 3 + 1/2 for -3 < x < 3, 0 below, 1 above
struct HardSwish {
  static constexpr std::string_view name = "hard_swish";
  static constexpr std::string_view summary = "x relu6(x + 3) / 6";
  static constexpr Needs needs = Needs::input;

  static std::vector<double> kinks() { return {-3, 3}; }

  template <class V>
  V value(V x) const {
    const V held = x < V{-3} ? V{-3} : x;  // -infinity times 0 is NaN, its limit 0
    return held * (math::clamp(x + V{3}, V{0}, V{6}) / V{6});
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    const V middle = x * static_cast<V>(1.0 / 3) + V{0.5};
    const V upper = x < V{3} ? middle : V{1};
    return x > V{-3} ? upper : V{0};
  }
};

}  // namespace clino
