#pragma once

#include "core/math.hpp"

/// \file
/// Products such as x sigmoid(x) have a limit at -infinity, while -inf times 0 is NaN. Far out,
/// where the other factor is exactly 0, x may be held back.

namespace clino {

/// x, but not below -1000, where e^x is 0 in every format. NaN stays NaN.
template <class V>
CLINO_INLINE V above_infinity(V x) {
  return x < V{-1000} ? V{-1000} : x;
}

/// The same on both sides.
template <class V>
CLINO_INLINE V within_infinity(V x) {
  return math::clamp(x, V{-1000}, V{1000});
}

}  // namespace clino
