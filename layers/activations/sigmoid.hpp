#pragma once

#include <cmath>
#include <string_view>

#include "core/math.hpp"
#include "core/ops/elementwise.hpp"

namespace clino {

/// y = 1 / (1 + e^-x),  dy/dx = y (1 - y)
struct Sigmoid {
  static constexpr std::string_view name = "sigmoid";
  static constexpr std::string_view summary = "1 / (1 + e^-x): to (0, 1), saturates on both sides";
  static constexpr Needs needs = Needs::output;
  static constexpr bool nonnegative = true;

  template <class V>
  V value(V x) const {
    return math::sigmoid(x);
  }
  template <class V>
  V slope(V /*x*/, V y) const {
    return y * (V{1} - y);
  }
  /// e / (1 + e)^2, e = e^-|x|: where y rounds to 1 the slope is not 0 yet.
  template <class V>
  V measured_slope(V x) const {
    const V e = math::exp_of_negative(-std::abs(x));
    return e / ((V{1} + e) * (V{1} + e));
  }
  /// 1 / (4 cosh^2(x / 2)) = threshold.
  static double slope_falls_to(double threshold) {
    return 2 * std::acosh(1 / (2 * std::sqrt(threshold)));
  }
};

}  // namespace clino
