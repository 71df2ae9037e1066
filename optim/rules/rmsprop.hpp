#pragma once

#include <array>
#include <cmath>

#include "optim/rule_optimizer.hpp"
#include "optim/rules/options.hpp"

namespace clino {

/// RMSprop (Tieleman and Hinton 2012) in PyTorch's form, without centring:
///   d  = g + decay w
///   v' = rho v + (1 - rho) d^2
///   s  = d / (sqrt(v') + epsilon)
///   w' = w - lr s
struct PlainRmsprop {
  static constexpr std::array<const char*, 1> kStates = {"mean_square"};
  double rho = 0.99;
  double epsilon = 1e-8;
  double weight_decay = 0;

  /// The function that gives s and moves v.
  template <class T>
  auto scaled_gradient() const {
    const T keep = static_cast<T>(rho);
    const T gain = static_cast<T>(1 - rho);
    const T eps = static_cast<T>(epsilon);
    const T decay = static_cast<T>(weight_decay);
    return [=](T w, T g, T& v) {
      const T d = g + decay * w;
      v = keep * v + gain * d * d;
      return d / (std::sqrt(v) + eps);
    };
  }

  template <class T>
  auto element(const RuleContext& context) const {
    const T lr = static_cast<T>(context.learning_rate);
    return [=, scaled = scaled_gradient<T>()](T w, T g, T& v) { return w - lr * scaled(w, g, v); };
  }
};

/// With momentum over the scaled gradients:
///   b' = momentum b + s
///   w' = w - lr b'
struct MomentumRmsprop {
  static constexpr std::array<const char*, 2> kStates = {"mean_square", "momentum"};
  PlainRmsprop plain;
  double momentum = 0;

  template <class T>
  auto element(const RuleContext& context) const {
    const T lr = static_cast<T>(context.learning_rate);
    const T keep = static_cast<T>(momentum);
    return [=, scaled = plain.scaled_gradient<T>()](T w, T g, T& v, T& b) {
      b = keep * b + scaled(w, g, v);
      return w - lr * b;
    };
  }
};

struct Rmsprop {
  static constexpr const char* kName = "rmsprop";

  static CatalogueEntry entry() {
    using namespace optimizer_options;
    return {.name = kName,
            .summary = "steps divided by a running root mean square of the gradient",
            .options = {learning_rate(1e-2),
                        decay_rate("rho", 0.99, "share of the mean square that is kept"),
                        epsilon(1e-8), momentum(), weight_decay()}};
  }

  template <class T>
  static std::unique_ptr<Optimizer<T>> make(const Choice& choice, Index parameter_count) {
    const PlainRmsprop plain{.rho = choice.get<double>("rho"),
                             .epsilon = choice.get<double>("epsilon"),
                             .weight_decay = choice.get<double>("weight_decay")};
    const auto momentum = choice.get<double>("momentum");
    if (momentum == 0) return make_rule_optimizer<T>(plain, choice, parameter_count);
    return make_rule_optimizer<T>(MomentumRmsprop{.plain = plain, .momentum = momentum}, choice,
                                  parameter_count);
  }
};

}  // namespace clino
