#pragma once

#include <string>
#include <vector>

#include "report/diagnosis.hpp"

namespace clino::app {

/// The first three findings that are more than notes, each on lines of 80 columns with a word for
/// its severity in front, and how many more there are. "" where there is none.
std::string finding_lines(const std::vector<Diagnosis>& findings);

}  // namespace clino::app
