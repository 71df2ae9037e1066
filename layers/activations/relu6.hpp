#pragma once

#include <string_view>
#include <vector>

#include "core/ops/elementwise.hpp"

namespace clino {

/// y = min(max(x, 0), 6),  dy/dx = 1 for 0 < x < 6, else 0
struct Relu6 {
  static constexpr std::string_view name = "relu6";
  static constexpr std::string_view summary = "min(max(x, 0), 6)";
  static constexpr Needs needs = Needs::output;
  static constexpr bool piecewise_linear = true;
  static constexpr bool nonnegative = true;

  static std::vector<double> kinks() { return {0, 6}; }

  template <class V>
  V value(V x) const {
    const V above = x < V{0} ? V{0} : x;
    return above > V{6} ? V{6} : above;
  }
  template <class V>
  V slope(V /*x*/, V y) const {
    return (y > V{0} ? V{1} : V{0}) * (y < V{6} ? V{1} : V{0});
  }
};

}  // namespace clino
