#pragma once

#include <cmath>
#include <numbers>

namespace clino {

/// Half a cosine from `from` at part 0 to `to` at part 1.
inline double cosine_between(double from, double to, double part) {
  return to + (from - to) * (1 + std::cos(std::numbers::pi * part)) / 2;
}

}  // namespace clino
