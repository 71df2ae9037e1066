#pragma once

#include <cstdint>
#include <optional>

#include "core/types.hpp"
#include "train/config.hpp"

namespace clino {

/// How a run's steps are counted, ended and logged: a function of the config and the data's size.
struct StepPlan {
  std::uint64_t batches = 0;                 ///< in an epoch; the last one may be smaller
  std::optional<std::uint64_t> total_steps;  ///< absent where time alone ends the run
  std::uint64_t log_every = 0;               ///< steps between records; 0: never

  bool log_due(std::uint64_t step) const { return log_every > 0 && step % log_every == 0; }
};

/// Steps between the records of a probe, one of which costs as much as so many training steps; 0:
/// never. At least `fewest` in a run of known length, whatever they cost. A function of the config
/// and the sizes alone: no clock.
std::uint64_t probe_distance(const LogSpacing& spacing, const StepPlan& plan, double cost_in_steps,
                             std::uint64_t fewest = 0);

StepPlan plan_steps(const Config& config, Index training_samples);

}  // namespace clino
