#pragma once

#include <string>

/// \file
/// Numbers and names as people read them in tables and lines.

namespace clino::app {

/// A number in a format of fmt such as `{:.4f}`. What is no number has no sign: `nan`, whatever
/// sign bit it came with.
std::string number_text(const char* format, double value);

/// `950/s`, `95k/s`, `1.62M/s`.
std::string rate_text(double per_second);

/// A text of at most `width` columns; a longer one ends in `..`. Counts and cuts whole UTF-8
/// characters.
std::string shortened(const std::string& text, std::size_t width);

/// A text at the left or the right of a field of `width` columns, one of them blank, so that
/// neighbours never touch.
std::string left_field(const std::string& text, std::size_t width);
std::string right_field(const std::string& text, std::size_t width);

}  // namespace clino::app
