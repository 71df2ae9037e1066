#pragma once

#include <cmath>
#include <string_view>

#include "core/math.hpp"
#include "core/ops/elementwise.hpp"

namespace clino {

/// y = tanh(x),  dy/dx = 1 - y^2
struct Tanh {
  static constexpr std::string_view name = "tanh";
  static constexpr std::string_view summary = "tanh(x): to (-1, 1), zero-centred, saturates";
  static constexpr Needs needs = Needs::output;

  template <class V>
  V value(V x) const {
    return math::tanh(x);
  }
  template <class V>
  V slope(V /*x*/, V y) const {
    return V{1} - y * y;
  }
  /// 4 / (e^x + e^-x)^2 = 4 e / (1 + e)^2, e = e^(-2 |x|): 1 - y^2 loses its digits.
  template <class V>
  V measured_slope(V x) const {
    const V e = math::exp_of_negative(V{-2} * std::abs(x));
    return V{4} * e / ((V{1} + e) * (V{1} + e));
  }
  /// 1 / cosh^2(x) = threshold.
  static double slope_falls_to(double threshold) { return std::acosh(1 / std::sqrt(threshold)); }
};

}  // namespace clino
