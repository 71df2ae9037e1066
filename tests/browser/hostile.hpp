#pragma once

#include <array>
#include <string>
#include <string_view>

namespace clino::test {

using namespace std::string_view_literals;

/// Fifty strings that have run, broken or misled pages that show them. Those with code in it set
/// `top.ran`; no page may have that.
inline constexpr std::array<std::string_view, 50> kHostile = {
    // markup
    "<script>top.ran=1</script>", "</script><script>top.ran=1</script>",
    "<img src=x onerror=top.ran=1>", "\"><img src=x onerror=\"top.ran=1\">",
    "'><img src=x onerror='top.ran=1'>", "<svg onload=top.ran=1>", "<svg/onload=top.ran=1//",
    "<svg><script>top.ran=1</script></svg>",
    "<svg><animate onbegin=top.ran=1 attributeName=x dur=1s>", "<body onload=top.ran=1>",
    "<iframe src=\"javascript:top.ran=1\"></iframe>",
    "<iframe srcdoc=\"<script>top.ran=1</script>\"></iframe>",
    "<details open ontoggle=top.ran=1>x</details>", "<input autofocus onfocus=top.ran=1>",
    "<video><source onerror=top.ran=1></video>", "<object data=\"javascript:top.ran=1\"></object>",
    "<math><mtext><table><mglyph><style><img src=x onerror=top.ran=1>",
    "<template><script>top.ran=1</script></template>",
    "<meta http-equiv=refresh content=\"0;url=http://clino.invalid/\">",
    "<base href=\"http://clino.invalid/\">",
    "<link rel=stylesheet href=http://clino.invalid/a.css>",
    "<form action=http://clino.invalid/><button>x</button></form>",
    // the end of what a text may stand in
    "</style><script>top.ran=1</script>", "</title><script>top.ran=1</script>",
    "</text></svg><script>top.ran=1</script>",
    "</pre></noscript></textarea><script>top.ran=1</script>", "<!--",
    "--><script>top.ran=1</script>", "<!--<script>", "]]><script>top.ran=1</script>",
    // attributes, addresses, style
    "\" autofocus tabindex=0 onfocus=\"top.ran=1\" x=\"", "x onmouseover=top.ran=1 ",
    "` onmouseover=top.ran=1 `", "javascript:top.ran=1",
    "red;background:url(http://clino.invalid/b)",
    "}</style>*{background:url(http://clino.invalid/c)}",
    // code and data
    "\";top.ran=1;//", "';top.ran=1;//", "\\\";top.ran=1;//", "\\u0022;top.ran=1;//\\",
    "${top.ran=1}`${top.ran=1}`{{top.ran=1}}", "__proto__", "constructor",
    // text that is something else where it is read twice, or wrongly
    "&lt;script&gt;top.ran=1&lt;/script&gt;&#60;b&#62;&amp;amp;",
    "+ADw-script+AD4-top.ran=1+ADw-/script+AD4-", "a\u2028top.ran=1\u2029b",
    "a\u202Egnp.exe\u202C\u2066b\u2069\u200Ec", "a\0b\x01\x08\x0B\x1B[31m\x7F\u0085\uFFFEc"sv,
    "\xC0\xBCscript\xC0\xBEtop.ran=1\xC0\xBC/script\xC0\xBE\xFF\xED\xA0\x80",
    "0123456789<b>0123456789</b>0123456789<i>",  // and here repeated to be very long
};

inline std::string hostile(std::size_t i) {
  std::string text(kHostile.at(i % kHostile.size()));
  if (i % kHostile.size() + 1 == kHostile.size()) {
    for (int k = 0; k < 9; ++k) text += text;
  }
  return text;
}

}  // namespace clino::test
