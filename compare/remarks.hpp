#pragma once

#include <string>
#include <vector>

#include "compare/comparison.hpp"

namespace clino::compare {

/// What a reader has to know to read the figures rightly: what they are of, whether anything was
/// tuned, what failed.
std::vector<std::string> remarks(const Comparison& comparison);

}  // namespace clino::compare
