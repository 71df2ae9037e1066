#pragma once

#include <cstdint>
#include <string>

/// \file
/// Every number on the page is written here.

namespace clino::report {

/// At most so many significant digits, 1 to 6: `0.0003914`, `3.914e-14`, `12.5`; `nan`, `inf`,
/// `-inf`.
std::string number_text(double value, int digits = 4);

/// As few digits as tell the value apart in a picture's geometry: two decimals.
std::string coordinate(double value);

/// `1,234,567`.
std::string count_text(std::uint64_t count);

/// `12.5 %`.
std::string percent_text(double fraction);

/// `0.07 s`, `12.4 s`, `3 min 20 s`, `2 h 5 min`.
std::string duration_text(double seconds);

}  // namespace clino::report
