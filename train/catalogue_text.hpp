#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/options.hpp"

/// \file
/// What there is to choose from, for `clino list`.

namespace clino {

/// activations, initializers, losses, layers, optimizers, schedules, datasets.
const std::vector<std::string>& catalogue_names();

/// The catalogue of that name. Throws `UsageError` for an unknown one.
const Catalogue& find_catalogue(std::string_view name);

/// Every entry with its summary and its options with default and range, as text.
std::string catalogue_text(const Catalogue& catalogue);

/// The same as JSON: a list of {"name", "summary", "options": [{"name", "default", "expected",
/// "description", "required"}]}.
std::string catalogue_json(const Catalogue& catalogue);

}  // namespace clino
