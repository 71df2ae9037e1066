#pragma once

#include <span>
#include <string>

#include "claims/run_claims.hpp"

namespace clino::claims {

/// The claims as a short illustrated article: one HTML file that needs no other, no network and no
/// scripts. Each section has the claim, its formula, the pictures, the figures and the verdict.
std::string article_html(std::span<const Result> results, const Setting& setting);

}  // namespace clino::claims
