#pragma once

#include <string>
#include <vector>

#include "train/config_error.hpp"
#include "train/schema.hpp"

namespace clino {

/// Applies `a.b.c=value` to a document: split at the first `=`, the value JSON or else a string,
/// list elements by index. Objects are replaced, not merged. Objects on the way that are missing or
/// null are made; a name alone becomes an object where the schema knows it as a choice
/// (`model.activation.alpha=2`). What is new stands at `override "a.b.c=value"`. Appends what is
/// wrong with the override itself to `findings`; what it says is for `check` to judge.
void apply_override(const Schema& schema, JsonValue& document, const std::string& text,
                    std::vector<Finding>& findings);

}  // namespace clino
