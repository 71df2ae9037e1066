#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/ops/elementwise.hpp"
#include "core/options.hpp"
#include "layers/activations/activation.hpp"

namespace clino {

/// y = x for x > 0, else a x, with one learned slope a for the layer (He, Zhang, Ren and Sun 2015).
/// As a function of x alone, a is its first value.
/// Where a is 0, -infinity gives 0 times infinity, NaN, as in PyTorch.
struct Prelu {
  static constexpr std::string_view name = "prelu";
  static constexpr std::string_view summary = "x for x > 0, else a x with one learned slope a";
  static constexpr Needs needs = Needs::input;
  static constexpr bool piecewise_linear = true;

  double initial = 0.25;

  static std::vector<Option> options() {
    return {{.name = "initial", .default_value = 0.25, .description = "first value of the slope"}};
  }
  static Prelu from(const Choice& choice) { return {choice.get<double>("initial")}; }

  template <class T>
  void set_learned(std::span<const T> slopes) {
    initial = static_cast<double>(slopes[0]);
  }

  static std::vector<double> kinks() { return {0}; }

  template <class V>
  V value(V x) const {
    return x > V{0} ? x : static_cast<V>(initial) * x;
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    return x > V{0} ? V{1} : static_cast<V>(initial);
  }

  RecordedActivation record(Graph& graph, Var x, const std::string& label) const;
};

}  // namespace clino
