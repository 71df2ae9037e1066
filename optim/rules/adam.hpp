#pragma once

#include <array>
#include <cmath>

#include "optim/rule_optimizer.hpp"
#include "optim/rules/options.hpp"

namespace clino {

/// Adam (Kingma and Ba 2015), with decay in the gradient or, as AdamW (Loshchilov and Hutter 2019),
/// apart from it; t = step + 1:
///   d  = g + decay w                                            AdamW: d = g
///   m' = beta1 m + (1 - beta1) d
///   v' = beta2 v + (1 - beta2) d^2
///   w' = w - lr m' / (1 - beta1^t) / (sqrt(v' / (1 - beta2^t)) + epsilon)
///                                                               AdamW: w (1 - lr decay) - ...
struct AdamRule {
  static constexpr std::array<const char*, 2> kStates = {"first_moment", "second_moment"};
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0;
  bool decoupled = false;

  template <class T>
  auto element(const RuleContext& context) const {
    const double t = static_cast<double>(context.step) + 1;
    const double lr = context.learning_rate;
    const T step_size = static_cast<T>(lr / (1 - std::pow(beta1, t)));
    const T correction = static_cast<T>(1 / std::sqrt(1 - std::pow(beta2, t)));
    const T eps = static_cast<T>(epsilon);
    const T gain1 = static_cast<T>(1 - beta1);
    const T keep2 = static_cast<T>(beta2);
    const T gain2 = static_cast<T>(1 - beta2);
    const T decay = static_cast<T>(decoupled ? 0 : weight_decay);
    const T keep_weight = static_cast<T>(decoupled ? 1 - lr * weight_decay : 1);
    return [=](T w, T g, T& m, T& v) {
      const T d = g + decay * w;
      m += gain1 * (d - m);
      v = keep2 * v + gain2 * d * d;
      return keep_weight * w - step_size * m / (std::sqrt(v) * correction + eps);
    };
  }

  static std::vector<Option> options(Option weight_decay) {
    using namespace optimizer_options;
    return {learning_rate(1e-3), decay_rate("beta1", 0.9, "share of the first moment that is kept"),
            decay_rate("beta2", 0.999, "share of the second moment that is kept"),
            optimizer_options::epsilon(1e-8), std::move(weight_decay)};
  }

  template <class T>
  static std::unique_ptr<Optimizer<T>> make(const Choice& choice, bool decoupled,
                                            Index parameter_count) {
    return make_rule_optimizer<T>(AdamRule{.beta1 = choice.get<double>("beta1"),
                                           .beta2 = choice.get<double>("beta2"),
                                           .epsilon = choice.get<double>("epsilon"),
                                           .weight_decay = choice.get<double>("weight_decay"),
                                           .decoupled = decoupled},
                                  choice, parameter_count);
  }
};

struct Adam {
  static constexpr const char* kName = "adam";

  static CatalogueEntry entry() {
    return {.name = kName,
            .summary = "steps from running means of the gradient and of its square",
            .options = AdamRule::options(optimizer_options::weight_decay())};
  }

  template <class T>
  static std::unique_ptr<Optimizer<T>> make(const Choice& choice, Index parameter_count) {
    return AdamRule::make<T>(choice, false, parameter_count);
  }
};

struct AdamW {
  static constexpr const char* kName = "adamw";

  static CatalogueEntry entry() {
    return {.name = kName,
            .summary = "Adam with weight decay apart from the gradient",
            .options = AdamRule::options(optimizer_options::decoupled_weight_decay(0.01))};
  }

  template <class T>
  static std::unique_ptr<Optimizer<T>> make(const Choice& choice, Index parameter_count) {
    return AdamRule::make<T>(choice, true, parameter_count);
  }
};

}  // namespace clino
