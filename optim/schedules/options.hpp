#pragma once

#include <vector>

#include "core/options.hpp"

namespace clino {

/// A schedule's own options with those that every schedule has.
inline std::vector<Option> schedule_options(std::vector<Option> own) {
  own.push_back({.name = "warmup_steps",
                 .types = kInteger,
                 .default_value = std::int64_t{0},
                 .description = "steps over which the rate rises linearly to the schedule's",
                 .range = kWhole});
  return own;
}

}  // namespace clino
