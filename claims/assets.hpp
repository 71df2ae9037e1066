#pragma once

#include <string_view>

/// \file
/// What the article carries with it beside the look of the run report.

namespace clino::claims_assets {

extern const std::string_view article_css, article_css_sha256;

}  // namespace clino::claims_assets
