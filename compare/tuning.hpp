#pragma once

#include <span>
#include <vector>

#include "compare/comparison.hpp"
#include "compare/jobs.hpp"

namespace clino::compare {

/// The best combination of the grids for a variation: that with the lowest mean loss at the end, of
/// the validation part where there is one; the first of equal ones. `outcomes` stand beside `jobs`.
Tuning choose(const Plan& plan, std::size_t variation, std::span<const Job> jobs,
              std::span<const RunOutcome> outcomes);

/// What a variation got.
std::vector<Setting> settings_of(const Tuning& tuning);

}  // namespace clino::compare
