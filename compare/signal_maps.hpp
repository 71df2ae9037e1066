#pragma once

#include <vector>

#include "compare/comparison.hpp"

namespace clino::compare {

/// The signal of a variation: in each cell the median of those runs that have its first run's
/// layers and a value there; NaN where none has. Neighbouring columns are averaged to at most
/// `columns`.
SignalMap median_signal(const Comparison& comparison, const VariationResult& variation,
                        std::size_t columns);

/// The values between which colours run: those that all but one in fifty are above and below.
statistics::Interval signal_range(const std::vector<SignalMap>& maps);

}  // namespace clino::compare
