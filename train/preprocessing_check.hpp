#pragma once

#include <optional>
#include <string>

#include "data/preprocessing.hpp"

namespace clino {

/// What contradicts itself in a preprocessing that was read from a file, beginning with the key of
/// `preprocessing.json`: lists of different sizes, a column outside its row, a scale of 0. Nothing
/// where predictions can rely on it.
std::optional<std::string> find_contradiction(const Preprocessing& preprocessing);

}  // namespace clino
