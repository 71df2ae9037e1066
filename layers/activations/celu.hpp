#pragma once

#include <string_view>
#include <vector>

#include "core/math.hpp"
#include "core/ops/elementwise.hpp"
#include "core/options.hpp"

namespace clino {

/// y = x for x > 0, else a (e^(x/a) - 1),  dy/dx = 1 for x > 0, else e^(x/a);  a is the option
/// `alpha` (Barron 2017). The slope has no jump, whatever a.
struct Celu {
  static constexpr std::string_view name = "celu";
  static constexpr std::string_view summary = "x for x > 0, else alpha (e^(x / alpha) - 1)";
  static constexpr Needs needs = Needs::input;

  double alpha = 1;

  static std::vector<Option> options() {
    return {{.name = "alpha",
             .default_value = 1.0,
             .description = "the value approached for x -> -infinity, negated",
             .range = kPositive}};
  }
  static Celu from(const Choice& choice) { return {choice.get<double>("alpha")}; }

  static std::vector<double> kinks() { return {0}; }  // of the second derivative

  template <class V>
  V value(V x) const {
    const V curve = static_cast<V>(alpha) * math::expm1(x * static_cast<V>(1 / alpha));
    return x > V{0} ? x : curve;
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    const V curve = math::exp(x * static_cast<V>(1 / alpha));
    return x > V{0} ? V{1} : curve;
  }
};

}  // namespace clino
