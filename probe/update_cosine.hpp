#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/parameters.hpp"

namespace clino {

/// The cosine between two successive updates of all parameters together: near 1 where training goes
/// straight on, negative where it zig-zags across a valley or the learning rate is too large. By
/// what the weights really did, so the optimiser's momentum, decay and clipping are in it.
template <class T>
class UpdateCosine {
 public:
  explicit UpdateCosine(const Parameters<T>& parameters);

  /// Before an update: copies the weights.
  void before(const Parameters<T>& parameters);
  /// After it: its cosine with the update before, from -1 to 1. None at the first, and where one of
  /// the two is zero; NaN where one is not finite. Neither call allocates.
  std::optional<double> after(const Parameters<T>& parameters);

  /// All that is kept from step to step: the update before. For a checkpoint, which may also write
  /// to it; zeros stand for none.
  std::span<T> previous() { return previous_; }

 private:
  std::vector<T> weights_;   ///< before the update; after it, the update
  std::vector<T> previous_;  ///< the update before
};

}  // namespace clino
