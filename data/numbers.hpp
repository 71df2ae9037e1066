#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// \file
/// Numbers in text, independent of any locale.

namespace clino {

/// The text without blanks (space, tab) at its ends.
std::string_view trimmed(std::string_view text);

/// A decimal number (`1`, `+1.5`, `-2e-3`), correctly rounded; nothing for any other text. What
/// underflows is 0; what overflows, and the texts `inf` and `nan`, are given as such for the caller
/// to refuse.
std::optional<double> parse_number(std::string_view text);

/// A number that is whole and at most 2^53 in size (`7`, `07`, `7.0`).
std::optional<std::int64_t> parse_whole(std::string_view text);

/// The whole number, at most 2^53 in size, that a double is.
std::optional<std::int64_t> whole(double value);

/// The shortest text that reads back to the same number.
std::string number_text(double value);

}  // namespace clino
