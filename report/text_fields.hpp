#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// \file
/// Text in columns of a terminal, counted in whole UTF-8 characters.

namespace clino::report {

/// How many characters a text has.
std::size_t columns_of(std::string_view text);

/// `cleaned` (html.hpp), without line breaks and tabs: what a name can be trusted with in a
/// terminal.
std::string one_line(std::string_view text);

/// A text, as `one_line`, at the left or the right of a field of `width` columns, one of them
/// blank, so that neighbours never touch. A longer one ends in `..`.
std::string left_field(std::string_view text, std::size_t width);
std::string right_field(std::string_view text, std::size_t width);

/// Text for the columns from `indent` to `width`, broken at blanks; only a word that is longer
/// stands out. All lines but the first, which begins where the cursor is, are indented. Ends
/// without a line break.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);

}  // namespace clino::report
