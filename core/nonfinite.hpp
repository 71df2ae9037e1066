#pragma once

#include <cmath>
#include <string_view>

namespace clino {

/// What logs, files and messages call a number that is not finite: "nan" whatever its sign bit,
/// "inf" or "-inf".
inline std::string_view nonfinite_text(double value) {
  if (std::isnan(value)) return "nan";
  return value > 0 ? "inf" : "-inf";
}

}  // namespace clino
