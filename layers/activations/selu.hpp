#pragma once

#include <string_view>
#include <vector>

#include "core/math.hpp"
#include "core/ops/elementwise.hpp"

namespace clino {

/// y = l x for x > 0, else l a (e^x - 1),  dy/dx = l for x > 0, else l a e^x, with l and a such
/// that mean 0 and variance 1 are a fixed point (Klambauer, Unterthiner, Mayr and Hochreiter 2017).
struct Selu {
  static constexpr std::string_view name = "selu";
  static constexpr std::string_view summary = "scaled elu: mean 0 and variance 1 are a fixed point";
  static constexpr Needs needs = Needs::input;
  static constexpr double kLambda = 1.0507009873554805;
  static constexpr double kAlpha = 1.6732632423543772;

  static std::vector<double> kinks() { return {0}; }

  template <class V>
  V value(V x) const {
    const V curve = static_cast<V>(kLambda * kAlpha) * math::expm1(x);
    return x > V{0} ? static_cast<V>(kLambda) * x : curve;
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    const V curve = static_cast<V>(kLambda * kAlpha) * math::exp(x);
    return x > V{0} ? static_cast<V>(kLambda) : curve;
  }
};

}  // namespace clino
