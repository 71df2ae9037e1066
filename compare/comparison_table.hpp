#pragma once

#include <string>

#include "compare/comparison.hpp"
#include "report/screen.hpp"

namespace clino::compare {

/// The ranking, the sentences on pairs, remarks and assertions, for a terminal. Labels are harmless
/// to it. Ends with a line break.
std::string comparison_table(const Comparison& comparison, const ScreenOptions& options = {});

}  // namespace clino::compare
