#pragma once

#include <string>
#include <string_view>
#include <vector>

/// \file
/// What there is to choose from, for `clino list`.

namespace clino {

/// activations, initializers, losses, layers, optimizers, schedules, datasets.
const std::vector<std::string>& catalogue_names();

/// Every entry with its summary and its options with default and range, as text. Throws
/// `UsageError` for an unknown name.
std::string catalogue_text(std::string_view name);

/// The same as JSON: a list of {"name", "summary", "options": [{"name", "default", "expected",
/// "description", "required"}]}.
std::string catalogue_json(std::string_view name);

}  // namespace clino
