#pragma once

#include "core/options.hpp"

/// \file
/// Options that several optimisers have.

namespace clino::optimizer_options {

inline Option learning_rate(double default_value) {
  return {.name = "learning_rate",
          .default_value = default_value,
          .description = "size of a step; the schedule starts from it",
          .range = kNonNegative};
}

inline Option epsilon(double default_value) {
  return {.name = "epsilon",
          .default_value = default_value,
          .description = "added after the root, against division by zero",
          .range = kNonNegative};
}

inline Option momentum() {
  return {.name = "momentum",
          .default_value = 0.0,
          .description = "share of the last step's direction that is kept",
          .range = kUnitBelowOne};
}

inline Option decay_rate(std::string name, double default_value, std::string description) {
  return {.name = std::move(name),
          .default_value = default_value,
          .description = std::move(description),
          .range = kUnitBelowOne};
}

/// Decay that is a part of the gradient: that of the penalty weight_decay / 2 |w|^2.
inline Option weight_decay() {
  return {.name = "weight_decay",
          .default_value = 0.0,
          .description = "times the parameter, added to the gradient of all parameters",
          .range = kNonNegative};
}

/// Decay apart from the gradient (Loshchilov and Hutter 2019).
inline Option decoupled_weight_decay(double default_value) {
  return {.name = "weight_decay",
          .default_value = default_value,
          .description = "shrinks all parameters by learning_rate x weight_decay in each step",
          .range = kNonNegative};
}

}  // namespace clino::optimizer_options
