#pragma once

#include <string_view>
#include <vector>

#include "core/math.hpp"
#include "core/ops/elementwise.hpp"

namespace clino {

/// y = min(max(x, -1), 1),  dy/dx = 1 for -1 < x < 1, else 0
struct HardTanh {
  static constexpr std::string_view name = "hard_tanh";
  static constexpr std::string_view summary = "min(max(x, -1), 1)";
  static constexpr Needs needs = Needs::output;
  static constexpr bool piecewise_linear = true;

  static std::vector<double> kinks() { return {-1, 1}; }

  template <class V>
  V value(V x) const {
    return math::clamp(x, V{-1}, V{1});
  }
  template <class V>
  V slope(V /*x*/, V y) const {
    return (y > V{-1} ? V{1} : V{0}) * (y < V{1} ? V{1} : V{0});
  }
};

}  // namespace clino
