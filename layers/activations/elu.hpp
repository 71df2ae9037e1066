#pragma once

#include <string_view>
#include <vector>

#include "core/math.hpp"
#include "core/ops/elementwise.hpp"
#include "core/options.hpp"

namespace clino {

/// y = x for x > 0, else a (e^x - 1),  dy/dx = 1 for x > 0, else a e^x;  a is the option `alpha`
/// (Clevert, Unterthiner and Hochreiter 2016). The slope is taken from x: from y, as y + a, it
/// would be exactly 0 in float below -17, and a unit there would be dead.
struct Elu {
  static constexpr std::string_view name = "elu";
  static constexpr std::string_view summary = "x for x > 0, else alpha (e^x - 1)";
  static constexpr Needs needs = Needs::input;

  double alpha = 1;

  static std::vector<Option> options() {
    return {{.name = "alpha",
             .default_value = 1.0,
             .description = "the value approached for x -> -infinity, negated",
             .range = kNonNegative}};
  }
  static Elu from(const Choice& choice) { return {choice.get<double>("alpha")}; }

  static std::vector<double> kinks() { return {0}; }  // of the second derivative, where alpha is 1

  template <class V>
  V value(V x) const {
    const V curve = static_cast<V>(alpha) * math::expm1(x);
    return x > V{0} ? x : curve;
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    const V curve = static_cast<V>(alpha) * math::exp(x);
    return x > V{0} ? V{1} : curve;
  }
};

}  // namespace clino
