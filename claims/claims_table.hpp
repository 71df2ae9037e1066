#pragma once

#include <span>
#include <string>

#include "claims/run_claims.hpp"
#include "report/screen.hpp"

/// \file
/// Claims on a terminal of 80 columns or more.

namespace clino::claims {

/// The head of the table.
std::string table_head(const ScreenOptions& options);
/// A claim's row, and what its first check is of. With `all`, or where it does not hold, every
/// check has a line, and it says what was run.
std::string table_row(const Result& result, const ScreenOptions& options, bool all = false);
/// How many hold, and in how many seconds.
std::string table_foot(std::span<const Result> results);

/// Name and statement of each claim.
std::string claim_list(std::span<const Claim* const> claims, const ScreenOptions& options);

}  // namespace clino::claims
