#pragma once

#include <vector>

#include "train/config_error.hpp"
#include "train/json_value.hpp"

namespace clino {

/// The part of `find_impossible` (config_rules.hpp) that is about the model: its form, its
/// initialisers and activations, and how its layers fit together.
std::vector<Finding> find_impossible_in_model(const JsonValue& document,
                                              const std::vector<Finding>& known);

}  // namespace clino
