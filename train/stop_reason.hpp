#pragma once

#include <optional>
#include <string>

#include "probe/nonfinite_origin.hpp"
#include "train/log_writer.hpp"

namespace clino {

/// Why training stopped at a step whose loss or gradient is not finite: one sentence for the user.
std::string nonfinite_reason(const StepRecord& record,
                             const std::optional<NonfiniteOrigin>& origin);

}  // namespace clino
