#pragma once

#include <array>
#include <cmath>

#include "optim/rule_optimizer.hpp"
#include "optim/rules/options.hpp"

namespace clino {

/// Adagrad (Duchi, Hazan and Singer 2011) in PyTorch's form:
///   d  = g + decay w
///   s' = s + d^2
///   w' = w - lr d / (sqrt(s') + epsilon)
struct Adagrad {
  static constexpr const char* kName = "adagrad";
  static constexpr std::array<const char*, 1> kStates = {"sum_of_squares"};
  double epsilon = 1e-10;
  double weight_decay = 0;

  template <class T>
  auto element(const RuleContext& context) const {
    const T lr = static_cast<T>(context.learning_rate);
    const T eps = static_cast<T>(epsilon);
    const T decay = static_cast<T>(weight_decay);
    return [=](T w, T g, T& s) {
      const T d = g + decay * w;
      s += d * d;
      return w - lr * d / (std::sqrt(s) + eps);
    };
  }

  static CatalogueEntry entry() {
    using namespace optimizer_options;
    return {.name = kName,
            .summary = "steps divided by the root of the sum of all squared gradients so far",
            .options = {learning_rate(1e-2), optimizer_options::epsilon(1e-10),
                        optimizer_options::weight_decay()}};
  }

  template <class T>
  static std::unique_ptr<Optimizer<T>> make(const Choice& choice, Index parameter_count) {
    return make_rule_optimizer<T>(Adagrad{.epsilon = choice.get<double>("epsilon"),
                                          .weight_decay = choice.get<double>("weight_decay")},
                                  choice, parameter_count);
  }
};

}  // namespace clino
