#pragma once

#include <string_view>

/// \file
/// What the page carries with it: embedded when Clino is built, so that it needs no file beside it.
/// Each text has the SHA-256 of its bytes, in hexadecimal, for the page's security policy.

namespace clino::report_assets {

extern const std::string_view page_css, page_css_sha256;  ///< report/assets/page.css
extern const std::string_view calibration_css,
    calibration_css_sha256;                                       ///< report/assets/calibration.css
extern const std::string_view charts_js, charts_js_sha256;        ///< report/assets/charts.js
extern const std::string_view film_js, film_js_sha256;            ///< report/assets/film.js
extern const std::string_view page_js, page_js_sha256;            ///< report/assets/page.js
extern const std::string_view dygraphs_css, dygraphs_css_sha256;  ///< of dygraphs, MIT licence
extern const std::string_view dygraphs_js, dygraphs_js_sha256;    ///< of dygraphs, MIT licence

}  // namespace clino::report_assets
