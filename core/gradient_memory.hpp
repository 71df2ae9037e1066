#pragma once

#include <span>
#include <vector>

#include "core/graph.hpp"

/// \file
/// Memory that gradients share. In a backward pass the gradient of a value is wanted from the first
/// operation that writes it to the one that hands it on: as soon as that is done another gradient
/// can have its place. Places are given out as a compiler gives out registers (Poletto and Sarkar,
/// "Linear scan register allocation", ACM TOPLAS 21, 1999).

namespace clino {

struct GradientPlaces {
  /// Of each node: the first element of its gradient, or -1 where that has memory of its own.
  std::vector<Index> offsets;
  Index size = 0;  ///< elements of what is shared
};

/// The places of the gradients of batched values in backward passes that begin at `root` and
/// nowhere else. `wanted` says for each node whether it has a gradient. A value that the pass does
/// not come by, or whose operation does not hand its gradient on, has memory of its own. `columns`
/// is the largest batch.
GradientPlaces share_gradient_memory(const Graph& graph, Var root, std::span<const char> wanted,
                                     Index columns);

}  // namespace clino
