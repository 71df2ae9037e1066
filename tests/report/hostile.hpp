#pragma once

#include <string>
#include <vector>

namespace clino::test {

/// Fifty strings that have broken pages.
inline std::vector<std::string> hostile_strings() {
  using namespace std::string_literals;  // NOLINT(google-build-using-namespace)
  return {
      "<script>alert(1)</script>",
      "</script><script>alert(2)</script>",
      "</title><script>alert(3)</script>",
      "<img src=x onerror=alert(4)>",
      "\" onmouseover=\"alert(5)",
      "' onfocus='alert(6)' autofocus='",
      "--><script>alert(7)</script><!--",
      "<!--",
      "-->",
      "]]><script>alert(8)</script>",
      "<svg onload=alert(9)>",
      "<svg><script>alert(10)</script></svg>",
      "javascript:alert(11)",
      "<a href=\"javascript:alert(12)\">x</a>",
      "<iframe src=\"https://example.com\"></iframe>",
      "<style>*{display:none}</style>",
      "</style><script>alert(13)</script>",
      "<base href=//example.com>",
      "<link rel=stylesheet href=//example.com/x.css>",
      "<meta http-equiv=refresh content=0;url=//example.com>",
      "&lt;script&gt;",
      "&#60;script&#62;",
      "&",
      "&amp;amp;",
      "<",
      ">",
      "\"",
      "'",
      "`",
      "\\\"; alert(14); //",
      "\\u003cscript\\u003e",
      "${alert(15)}",
      "{{7*7}}",
      "%3Cscript%3E",
      "\xE2\x80\xA8"
      "alert(16)",
      "\xE2\x80\xA9",
      "\xE2\x80\xAE"
      "gnp.exe",
      "\xE2\x81\xA6isolated",
      "\xE2\x80\x8F right to left",
      "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D",
      "nul\0byte"s,
      "bell\x07 escape\x1B[2J",
      "\x80\xBF broken",
      "\xC0\xAF overlong",
      "\xED\xA0\x80 surrogate",
      "\xF5\x80\x80\x80",
      "cut \xE2\x82",
      "line\nfeed\tand tab",
      std::string(3000, 'x'),
      "</textarea></noscript></template><script>alert(17)</script>",
  };
}

}  // namespace clino::test
