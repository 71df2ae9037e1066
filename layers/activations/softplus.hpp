#pragma once

#include <cmath>
#include <string_view>
#include <vector>

#include "core/math.hpp"
#include "core/ops/elementwise.hpp"
#include "core/options.hpp"

namespace clino {

/// y = ln(1 + e^(b x)) / b, but x where b x > threshold;  dy/dx = sigmoid(b x), there 1
struct Softplus {
  static constexpr std::string_view name = "softplus";
  static constexpr std::string_view summary = "ln(1 + e^(beta x)) / beta";
  static constexpr Needs needs = Needs::input;
  static constexpr bool nonnegative = true;

  double beta = 1;
  double threshold = 20;

  static std::vector<Option> options() {
    return {{.name = "beta",
             .default_value = 1.0,
             .description = "steepness; softplus nears relu as beta grows",
             .range = kPositive},
            {.name = "threshold",
             .default_value = 20.0,
             .description = "where beta x is above it, y = x"}};
  }
  static Softplus from(const Choice& choice) {
    return {choice.get<double>("beta"), choice.get<double>("threshold")};
  }

  std::vector<double> kinks() const { return {threshold / beta}; }

  template <class V>
  V value(V x) const {
    const V scaled = static_cast<V>(beta) * x;
    const V rest = math::log1p(math::exp_of_negative(-std::abs(scaled))) * static_cast<V>(1 / beta);
    const V curve = (x > V{0} ? x : V{0}) + rest;
    return scaled > static_cast<V>(threshold) ? x : curve;
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    const V scaled = static_cast<V>(beta) * x;
    const V curve = math::sigmoid(scaled);
    return scaled > static_cast<V>(threshold) ? V{1} : curve;
  }
};

}  // namespace clino
