#pragma once

#include <map>
#include <string>

#include "train/config.hpp"

namespace clino::compare {

/// A resolved config as keys with dots and their values as JSON; without `seed` and `name`.
std::map<std::string, std::string> config_values(const Config& config);

}  // namespace clino::compare
