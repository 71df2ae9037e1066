#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "layers/activations/list.hpp"
#include "layers/model.hpp"

/// \file
/// What the claims are put to. Each part can be exchanged: the tests plant a wrong rule, and see
/// that the claim finds it out.

namespace clino::claims {

struct Parts {
  using MakeActivation = std::function<std::shared_ptr<const Activation>(const Choice&)>;

  /// What nets are made of.
  MakeActivation activation = make_activation;
  /// What the theory is asked about.
  MakeActivation theory_activation = make_activation;
  /// A factor on the first weights of a dense layer.
  std::function<double(const Layer&)> weight_factor = [](const Layer&) { return 1.0; };
  /// A softmax over logits; empty: the library's, by `softmax` of net.hpp.
  std::function<std::vector<double>(std::span<const double>, double temperature)> softmax = {};
};

}  // namespace clino::claims
