#pragma once

#include <string_view>
#include <vector>

#include "core/math.hpp"
#include "core/ops/elementwise.hpp"

namespace clino {

/// y = min(max(x + 3, 0), 6) / 6,  dy/dx = 1/6 for -3 < x < 3, else 0
struct HardSigmoid {
  static constexpr std::string_view name = "hard_sigmoid";
  static constexpr std::string_view summary = "relu6(x + 3) / 6";
  static constexpr Needs needs = Needs::input;
  static constexpr bool piecewise_linear = true;
  static constexpr bool nonnegative = true;

  static std::vector<double> kinks() { return {-3, 3}; }

  template <class V>
  V value(V x) const {
    return math::clamp(x + V{3}, V{0}, V{6}) / V{6};
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    return (x > V{-3} ? V{1} : V{0}) * (x < V{3} ? V{1} : V{0}) / V{6};
  }
};

}  // namespace clino
