#pragma once

#include <string_view>
#include <vector>

#include "core/ops/elementwise.hpp"
#include "core/options.hpp"

namespace clino {

/// y = x for x > 0, else a x,  dy/dx = 1 for x > 0, else a;  a is the option `slope`.
/// Where a is 0, -infinity gives 0 times infinity, NaN, as in PyTorch.
struct LeakyRelu {
  static constexpr std::string_view name = "leaky_relu";
  static constexpr std::string_view summary = "x for x > 0, else slope x";
  static constexpr Needs needs = Needs::input;
  static constexpr bool piecewise_linear = true;

  double negative_slope = 0.01;

  static std::vector<Option> options() {
    return {{.name = "slope", .default_value = 0.01, .description = "slope for x <= 0"}};
  }
  static LeakyRelu from(const Choice& choice) { return {choice.get<double>("slope")}; }

  static std::vector<double> kinks() { return {0}; }

  template <class V>
  V value(V x) const {
    return x > V{0} ? x : static_cast<V>(negative_slope) * x;
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    return x > V{0} ? V{1} : static_cast<V>(negative_slope);
  }
};

}  // namespace clino
