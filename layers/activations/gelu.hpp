#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/error_function.hpp"
#include "core/ops/elementwise.hpp"
#include "core/options.hpp"
#include "layers/activations/activation.hpp"
#include "layers/activations/limits.hpp"

/// \file
/// GELU (Hendrycks and Gimpel 2016): x times the chance that a standard normal lies below x.

namespace clino {

/// y = x Phi(x),  dy/dx = Phi(x) + x phi(x)
struct ExactGelu {
  static constexpr std::string_view name = "gelu";
  static constexpr Needs needs = Needs::input;

  template <class V>
  V value(V x) const {
    return above_infinity(x) * math::normal_cdf(x);
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    const math::Normal<V> normal = math::normal(x);
    return normal.cdf + within_infinity(x) * normal.density;
  }
};

/// y = x (1 + tanh(u)) / 2 = x s,  dy/dx = s + x s (1 - s) 2 du/dx,
/// s = sigmoid(2 u),  u = sqrt(2 / pi) (x + 0.044715 x^3)
struct TanhGelu {
  static constexpr std::string_view name = "gelu";
  static constexpr Needs needs = Needs::input;
  static constexpr double kTwiceRoot = 1.5957691216057308;  // 2 sqrt(2 / pi)
  static constexpr double kCubic = 0.044715;

  template <class V>
  V value(V x) const {
    return above_infinity(x) * gate(x);
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    const V held = within_infinity(x);
    const V s = gate(x);
    const V rise = static_cast<V>(kTwiceRoot) * (V{1} + static_cast<V>(3 * kCubic) * held * held);
    return s + held * s * (V{1} - s) * rise;
  }

 private:
  template <class V>
  V gate(V x) const {
    const V held = within_infinity(x);
    return math::sigmoid(static_cast<V>(kTwiceRoot) * held *
                         (V{1} + static_cast<V>(kCubic) * held * held));
  }
};

/// y = x g, g drawn from Bernoulli(Phi(x)) in training and Phi(x) in evaluation. In training the
/// gate is a constant: dy/dx = g. Looked at as a function, it is what evaluation computes.
struct StochasticGelu : ExactGelu {
  static RecordedActivation record(Graph& graph, Var x, const std::string& label);
};

/// The entry of the list: chooses one of the above.
struct Gelu {
  static constexpr std::string_view name = "gelu";
  static constexpr std::string_view summary =
      "x Phi(x): a gate open with probability Phi(x), on average";

  static std::vector<Option> options();
  static std::variant<ExactGelu, TanhGelu, StochasticGelu> from(const Choice& choice);
};

}  // namespace clino
