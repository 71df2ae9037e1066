#pragma once

#include <string_view>

/// \file
/// What the page of a comparison carries with it beside the look of the run report.

namespace clino::compare_assets {

extern const std::string_view comparison_css, comparison_css_sha256;

}  // namespace clino::compare_assets
