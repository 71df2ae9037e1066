#pragma once

#include <string_view>

#include "core/math.hpp"
#include "core/ops/elementwise.hpp"

/// \file
/// Activations with a mistake in them, to be planted.

namespace clino::claims {

/// Sigmoid whose slope lacks the factor (1 - y).
struct SteepSigmoid {
  static constexpr std::string_view name = "sigmoid";
  static constexpr Needs needs = Needs::output;
  template <class V>
  V value(V x) const {
    return math::sigmoid(x);
  }
  template <class V>
  V slope(V /*x*/, V y) const {
    return y;
  }
};

/// Tanh whose slope has y in place of y^2.
struct SteepTanh {
  static constexpr std::string_view name = "tanh";
  static constexpr Needs needs = Needs::output;
  template <class V>
  V value(V x) const {
    return math::tanh(x);
  }
  template <class V>
  V slope(V /*x*/, V y) const {
    return V{1} - y;
  }
};

/// ReLU that passes the gradient below 0 too.
struct LeakingRelu {
  static constexpr std::string_view name = "relu";
  static constexpr Needs needs = Needs::output;
  template <class V>
  V value(V x) const {
    return x < V{0} ? V{0} : x;
  }
  template <class V>
  V slope(V /*x*/, V /*y*/) const {
    return V{1};
  }
};

/// Identity that is not one below 0.
struct BentIdentity {
  static constexpr std::string_view name = "identity";
  static constexpr Needs needs = Needs::input;
  template <class V>
  V value(V x) const {
    return x < V{0} ? static_cast<V>(.9) * x : x;
  }
  template <class V>
  V slope(V x, V /*y*/) const {
    return x < V{0} ? static_cast<V>(.9) : V{1};
  }
};

}  // namespace clino::claims
