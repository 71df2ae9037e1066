#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "compare/comparison.hpp"

/// \file
/// What terminal, page and sentences write alike.

namespace clino::compare {

/// `3`, `2=` of a rank that others of its group share, `–` where no run has a value.
std::string rank_text(const Comparison& comparison, const VariationResult& variation);

/// `[1.5, 2.5]`, or nothing.
std::string interval_text(const std::optional<statistics::Interval>& interval, int digits = 3);

/// `1 seed`, `2 seeds`.
std::string counted(std::size_t count, std::string_view noun);
/// The same behind its value: after a blank.
std::string beside(const std::optional<statistics::Interval>& interval);

/// The time in a measure's name: `epochs` of `epochs_to_target`.
std::string unit_of(const Measure& measure);

}  // namespace clino::compare
