#pragma once

#include <string_view>
#include <vector>

#include "core/ops/elementwise.hpp"

namespace clino {

/// y = max(x, 0),  dy/dx = 1 for x > 0, else 0
struct Relu {
  static constexpr std::string_view name = "relu";
  static constexpr std::string_view summary =
      "max(x, 0): cheap, never saturates on its active side";
  static constexpr Needs needs = Needs::output;
  static constexpr bool piecewise_linear = true;
  static constexpr bool nonnegative = true;
  static constexpr double active_above = 0;

  static std::vector<double> kinks() { return {0}; }

  template <class V>
  V value(V x) const {
    return x < V{0} ? V{0} : x;  // this way round NaN stays NaN
  }
  template <class V>
  V slope(V /*x*/, V y) const {
    return y > V{0} ? V{1} : V{0};
  }
};

}  // namespace clino
