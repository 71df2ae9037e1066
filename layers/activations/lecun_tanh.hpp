#pragma once

#include <string_view>

#include "core/math.hpp"
#include "core/ops/elementwise.hpp"
#include "layers/activations/tanh.hpp"

namespace clino {

/// y = a tanh(b x),  dy/dx = b (a - y^2 / a);  a = 1.7159, b = 2/3, so that y(1) is nearly 1
/// (LeCun, Bottou, Orr and Mueller, "Efficient backprop", 1998).
struct LecunTanh {
  static constexpr std::string_view name = "lecun_tanh";
  static constexpr std::string_view summary = "1.7159 tanh(2 x / 3): variance near 1 is kept";
  static constexpr Needs needs = Needs::output;
  static constexpr double kHeight = 1.7159;
  static constexpr double kSteepness = 2.0 / 3.0;

  template <class V>
  V value(V x) const {
    return static_cast<V>(kHeight) * math::tanh(static_cast<V>(kSteepness) * x);
  }
  template <class V>
  V slope(V /*x*/, V y) const {
    return static_cast<V>(kSteepness) *
           (static_cast<V>(kHeight) - y * y * static_cast<V>(1 / kHeight));
  }
  template <class V>
  V measured_slope(V x) const {
    return static_cast<V>(kHeight * kSteepness) *
           Tanh{}.measured_slope(static_cast<V>(kSteepness) * x);
  }
  static double slope_falls_to(double threshold) {
    return Tanh::slope_falls_to(threshold / (kHeight * kSteepness)) / kSteepness;
  }
};

}  // namespace clino
