#pragma once

#include <optional>
#include <string>

namespace clino::report {

/// A field of a CSV file as RFC 4180 has it: in quotes where it holds a comma, a quote or a line
/// break.
std::string csv_field(const std::string& text);

/// A number in the shortest form that reads back to the same bits; "nan", "inf" or "-inf"; empty
/// where there is none.
std::string csv_field(const std::optional<double>& value);

}  // namespace clino::report
