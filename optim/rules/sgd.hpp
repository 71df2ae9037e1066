#pragma once

#include <array>

#include "optim/rule_optimizer.hpp"
#include "optim/rules/options.hpp"

namespace clino {

/// Stochastic gradient descent without momentum: w' = w - lr (g + decay w).
struct PlainSgd {
  static constexpr std::array<const char*, 0> kStates = {};
  double weight_decay = 0;

  template <class T>
  auto element(const RuleContext& context) const {
    const T lr = static_cast<T>(context.learning_rate);
    const T decay = static_cast<T>(weight_decay);
    return [=](T w, T g) { return w - lr * (g + decay * w); };
  }
};

/// With momentum, in PyTorch's form (Sutskever et al. 2013, without dampening):
///   d  = g + decay w
///   b' = momentum b + d                       (b starts at 0: after the first step it is d)
///   w' = w - lr b'                            or, with Nesterov's momentum,
///   w' = w - lr (d + momentum b')
struct MomentumSgd {
  static constexpr std::array<const char*, 1> kStates = {"momentum"};
  double momentum = 0;
  bool nesterov = false;
  double weight_decay = 0;

  template <class T>
  auto element(const RuleContext& context) const {
    const T lr = static_cast<T>(context.learning_rate);
    const T decay = static_cast<T>(weight_decay);
    const T keep = static_cast<T>(momentum);
    // Both forms are w - lr (along_gradient d + along_buffer b').
    const T along_gradient = nesterov ? T{1} : T{0};
    const T along_buffer = nesterov ? keep : T{1};
    return [=](T w, T g, T& b) {
      const T d = g + decay * w;
      b = keep * b + d;
      return w - lr * (along_gradient * d + along_buffer * b);
    };
  }
};

struct Sgd {
  static constexpr const char* kName = "sgd";

  static CatalogueEntry entry() {
    using namespace optimizer_options;
    return {.name = kName,
            .summary = "stochastic gradient descent, with momentum if wanted",
            .options = {learning_rate(1e-3), momentum(),
                        Option{.name = "nesterov",
                               .types = kBoolean,
                               .default_value = false,
                               .description = "look ahead along the momentum, which must be > 0"},
                        weight_decay()}};
  }

  template <class T>
  static std::unique_ptr<Optimizer<T>> make(const Choice& choice, Index parameter_count) {
    const auto momentum = choice.get<double>("momentum");
    const auto weight_decay = choice.get<double>("weight_decay");
    const auto nesterov = choice.get<bool>("nesterov");
    if (nesterov && momentum == 0) {
      throw UsageError("optimizer sgd: nesterov needs a momentum > 0");
    }
    if (momentum == 0) {
      return make_rule_optimizer<T>(PlainSgd{.weight_decay = weight_decay}, choice,
                                    parameter_count);
    }
    const MomentumSgd rule{
        .momentum = momentum, .nesterov = nesterov, .weight_decay = weight_decay};
    return make_rule_optimizer<T>(rule, choice, parameter_count);
  }
};

}  // namespace clino
