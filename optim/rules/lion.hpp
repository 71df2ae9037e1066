#pragma once

#include <array>

#include "optim/rule_optimizer.hpp"
#include "optim/rules/options.hpp"

namespace clino {

/// Lion (Chen et al. 2023, "Symbolic discovery of optimization algorithms", algorithm 2):
///   u  = sign(beta1 m + (1 - beta1) g)                          sign(0) = 0
///   w' = w - lr (u + decay w)
///   m' = beta2 m + (1 - beta2) g
/// A sign that is not a number counts as 0; the moment still shows it.
struct Lion {
  static constexpr const char* kName = "lion";
  static constexpr std::array<const char*, 1> kStates = {"first_moment"};
  double beta1 = 0.9;
  double beta2 = 0.99;
  double weight_decay = 0;

  template <class T>
  auto element(const RuleContext& context) const {
    const T lr = static_cast<T>(context.learning_rate);
    const T keep_weight = static_cast<T>(1 - context.learning_rate * weight_decay);
    const T keep1 = static_cast<T>(beta1);
    const T gain1 = static_cast<T>(1 - beta1);
    const T keep2 = static_cast<T>(beta2);
    const T gain2 = static_cast<T>(1 - beta2);
    return [=](T w, T g, T& m) {
      const T direction = keep1 * m + gain1 * g;
      const T up = direction < T{0} ? lr : T{0};
      const T down = direction > T{0} ? lr : T{0};
      m = keep2 * m + gain2 * g;
      return keep_weight * w + (up - down);
    };
  }

  static CatalogueEntry entry() {
    using namespace optimizer_options;
    return {.name = kName,
            .summary = "steps of one size along the sign of a running mean of the gradient",
            .options = {learning_rate(1e-4),
                        decay_rate("beta1", 0.9, "share of the mean in a step's direction"),
                        decay_rate("beta2", 0.99, "share of the mean that is kept"),
                        decoupled_weight_decay(0)}};
  }

  template <class T>
  static std::unique_ptr<Optimizer<T>> make(const Choice& choice, Index parameter_count) {
    return make_rule_optimizer<T>(Lion{.beta1 = choice.get<double>("beta1"),
                                       .beta2 = choice.get<double>("beta2"),
                                       .weight_decay = choice.get<double>("weight_decay")},
                                  choice, parameter_count);
  }
};

}  // namespace clino
