#pragma once

#include <string_view>

namespace clino {

/// Whether a number of JSON other than zero was read as 0: it is too small for a double.
bool underflows(std::string_view text, double x);

/// Whether a number with more digits than a double holds was read as a whole number within 2^53
/// that it is not: 9007199254740992.5, or 100.00000000000000001.
bool is_rounded_to_whole(std::string_view text, double x);

}  // namespace clino
