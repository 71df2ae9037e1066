#pragma once

#include <algorithm>

#include "core/types.hpp"

namespace clino {

/// The things `first`, ..., `last - 1`.
struct IndexRange {
  Index first = 0;
  Index last = 0;

  Index size() const { return last - first; }
  bool empty() const { return last <= first; }
};

/// What one of several threads does of some work.
struct Share {
  Index number = 0;  ///< 0, ..., count - 1
  Index count = 1;

  /// Its part of `size` things: shares are consecutive, each but the last a multiple of `grain`,
  /// and as equal as that allows.
  IndexRange of(Index size, Index grain) const {
    if (count == 1) return {0, size};  // without a division, which small nets would notice
    const Index grains = (size + grain - 1) / grain;
    const auto border = [&](Index share) { return std::min(size, grains * share / count * grain); };
    return {border(number), border(number + 1)};
  }
};

}  // namespace clino
