#pragma once

#include <string>

#include "compare/comparison.hpp"

namespace clino::compare {

/// `comparison.json`. All but the member `times` is a function of config, build and machine.
std::string comparison_json(const Comparison& comparison);

}  // namespace clino::compare
