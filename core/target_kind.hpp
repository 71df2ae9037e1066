#pragma once

namespace clino {

/// What a target is. The loss decides; data are read accordingly.
enum class TargetKind {
  classes,  ///< class numbers 0..K-1, K >= 2, in [1, batch]; predictions are [K, batch]
  binary,   ///< class numbers 0 and 1 in [1, batch]; predictions are [1, batch]
  numbers,  ///< numbers, of the shape of the predictions [outputs, batch]
};

}  // namespace clino
