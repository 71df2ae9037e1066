#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/run_log.hpp"

namespace clino::report {

/// A stretch of steps in which a unit was dead.
struct DeadStretch {
  std::uint64_t from = 0, to = 0;
  std::string cause;  ///< "" where it was not told apart; "born_dead"
  std::string words;  ///< what happened, in a sentence
};

struct LifeLine {
  Index unit = 0;
  std::vector<DeadStretch> dead;  ///< in the order of the steps
};

/// One for each unit that was ever dead, by the step of its first death. A unit that did not come
/// back is dead up to `last_step`.
std::vector<LifeLine> life_lines(const LayerLog& layer, std::uint64_t last_step);

/// `bias_drift` as `the bias drifted`
std::string cause_words(const std::string& cause);

/// The change that the cause of a death names: of the bias, the weights, the input, or else the
/// learning rate's factor.
std::optional<double> cause_change(const UnitEventPoint& event);

}  // namespace clino::report
