#pragma once

#include "claims/claim.hpp"
#include "train/config.hpp"
#include "train/evaluator.hpp"

namespace clino::claims {

/// Trains the net of a config as it says, and evaluates it on its training part with the weights
/// that came out: not the mean over the last epoch, which the log has. NaN where a step was not
/// finite.
Metrics final_metrics(const Config& config, const Setting& setting);

}  // namespace clino::claims
