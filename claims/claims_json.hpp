#pragma once

#include <span>
#include <string>

#include "claims/run_claims.hpp"

namespace clino::claims {

/// What came out, as JSON: `seed`, `dtype`, `thorough`, `all_hold`, and in `claims` for each its
/// name, row, texts, verdict, seconds, checks, and the titles and captions of its figures. What is
/// not finite is the text "nan", "inf" or
/// "-inf". Ends with a line break.
std::string claims_json(std::span<const Result> results, const Setting& setting);

/// The list of claims: name, row, title, statement, formula and source.
std::string claim_list_json(std::span<const Claim* const> claims);

}  // namespace clino::claims
