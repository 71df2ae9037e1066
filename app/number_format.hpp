#pragma once

#include <cstddef>
#include <string>

namespace clino::app {

/// Columns of what is printed whatever the terminal's width.
inline constexpr std::size_t kPageWidth = 80;

/// A number in a format of fmt such as `{:.4f}`. What is no number has no sign: `nan`, whatever
/// sign bit it came with.
std::string number_text(const char* format, double value);

/// `950/s`, `95k/s`, `1.62M/s`.
std::string rate_text(double per_second);

}  // namespace clino::app
