#pragma once

#include <span>

#include "core/options.hpp"
#include "core/target_kind.hpp"

namespace clino {

/// The temperature of a loss, which divides the logits; 1 where it has none.
double temperature_of(const Choice& loss);

/// p = softmax(z / temperature), or for one logit p_1 = sigmoid(z / temperature) and p_0 =
/// sigmoid(-z / temperature). As many probabilities as there are classes; computed in double.
template <class T>
void class_probabilities(TargetKind kind, std::span<const T> logits, double temperature,
                         std::span<T> probabilities);

}  // namespace clino
