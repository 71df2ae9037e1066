#pragma once

#include <cstdint>
#include <string>

#include "core/graph.hpp"

namespace clino {

/// Inverted dropout (Srivastava et al. 2014): in `Mode::train` an element is 0 with probability
/// `rate`, else x / (1 - rate); in `Mode::evaluate` y = x. Whether a unit drops is a function of
/// (seed, `stream`, epoch, sample index, unit) alone. Throws `UsageError` unless 0 <= rate < 1.
Var dropout(Graph& graph, Var x, double rate, std::uint32_t stream, std::string label = "");

}  // namespace clino
