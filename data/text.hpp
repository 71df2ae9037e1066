#pragma once

#include <string>
#include <string_view>
#include <vector>

/// \file
/// Text of a file, and how messages show it.

namespace clino {

/// How many bytes at the beginning are well-formed UTF-8 (RFC 3629: shortest forms, no surrogates,
/// at most U+10FFFF); `text.size()` where all are.
std::size_t utf8_length(std::string_view text);

/// The first 60 characters, then "..." where there are more; line breaks and other control
/// characters as `\n`, `\r`, `\t` or `\x1b`.
std::string clipped(std::string_view text);

/// `clipped`, between double quotes.
std::string in_quotes(std::string_view text);

/// The first 20 names, each clipped, with commas between them, then "..." where there are more.
std::string first_names(const std::vector<std::string>& names);

}  // namespace clino
