#pragma once

#include <string>

#include "compare/run_comparison.hpp"

namespace clino::compare {

/// What a comparison would run and about how long that would take, as text or JSON. Trains one run
/// of each variation for a fraction of a second, in a temporary directory that is removed.
std::string dry_run(const CompareRequest& request, bool json);

}  // namespace clino::compare
