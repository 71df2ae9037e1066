#pragma once

#include <string_view>

/// \file
/// What the page carries with it: embedded when Clino is built, so that it needs no file beside it.

namespace clino::report_assets {

extern const std::string_view page_css;      ///< report/assets/page.css
extern const std::string_view page_js;       ///< report/assets/page.js
extern const std::string_view dygraphs_css;  ///< of dygraphs, MIT licence
extern const std::string_view dygraphs_js;   ///< of dygraphs, MIT licence

}  // namespace clino::report_assets
