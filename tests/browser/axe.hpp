#pragma once

#include <string>
#include <vector>

#include "tests/browser/browser.hpp"

namespace clino::test {

/// Whether CLINO_AXE_CORE names axe-core's axe.min.js; prints that the test is skipped where it is
/// not set. A file that it names has to be there.
bool has_axe();

/// What axe-core (https://github.com/dequelabs/axe-core) finds on a page that is of serious or
/// critical impact: rule, elements and what is wrong with each.
std::vector<std::string> serious_problems(Tab& tab);

}  // namespace clino::test
