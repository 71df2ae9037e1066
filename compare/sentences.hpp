#pragma once

#include <string>
#include <vector>

#include "compare/comparison.hpp"

/// \file
/// What was found, in words. Every number stands with its interval and the number of seeds.

namespace clino::compare {

/// One on a pair by the primary measure.
std::string sentence(const Comparison& comparison, const Pair& pair);

/// Those that a reader asks for first: of each group what is tied with its best, the best with
/// every other, then neighbours in the ranking; about nine.
std::vector<std::string> sentences(const Comparison& comparison);

}  // namespace clino::compare
