#pragma once

#include <vector>

#include "train/config_error.hpp"
#include "train/json_value.hpp"

namespace clino {

/// Impossible combinations of keys that by themselves are fine: `hidden` beside `layers`, early
/// stopping without a validation part... `known` is what the check of the schema found: rules that
/// need a sound part of the document skip one with findings.
std::vector<Finding> find_impossible(const JsonValue& document, const std::vector<Finding>& known);

}  // namespace clino
