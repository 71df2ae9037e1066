#pragma once

#include <cstdint>
#include <span>

#include "core/types.hpp"

namespace clino {

/// Whether random layers draw and batch norm uses the batch (`train`), or not (`evaluate`).
enum class Mode { train, evaluate };

/// What every replayed operation may know about the step. Random draws are functions of (seed,
/// stream, epoch, sample index, unit).
struct StepContext {
  Mode mode = Mode::train;
  std::uint64_t seed = 0;
  std::uint64_t epoch = 0;
  std::uint64_t step = 0;
  /// The index in the data set of each column; where empty, a column's own number serves.
  std::span<const Index> sample_indices = {};
  /// The number in the batch of the first column that an operation sees.
  Index first_column = 0;
  /// The denominator of the loss: the sum of the batch's weights. 0 lets the loss sum them itself;
  /// another value makes parts of a batch add up (gradient accumulation).
  double normalizer = 0;

  /// The same step for `count` columns from `first` on.
  StepContext columns(Index first, Index count) const {
    StepContext part = *this;
    part.first_column = first_column + first;
    if (!sample_indices.empty()) {
      part.sample_indices =
          sample_indices.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
    }
    return part;
  }

  std::uint64_t sample(Index column) const {
    return static_cast<std::uint64_t>(sample_indices.empty()
                                          ? first_column + column
                                          : sample_indices[static_cast<std::size_t>(column)]);
  }
};

}  // namespace clino
