#pragma once

#include <string>

#include "compare/comparison.hpp"

namespace clino::compare {

/// `comparison.csv`: a line for each run, with all its figures, for programs that do statistics
/// of their own. What a run has no value for is an empty field.
std::string comparison_csv(const Comparison& comparison);

}  // namespace clino::compare
