#pragma once

#include <ostream>

#include "train/calibration.hpp"
#include "train/json_value.hpp"

namespace clino::app {

/// A calibration 80 columns wide: a sentence where a temperature was found, the figures of all
/// parts before and after, and the bins of the test part, or of the validation part where there is
/// none.
void print_calibration(std::ostream& out, const Calibration& calibration);

/// All of it as members of an object, with nothing left out: `temperature`, `interval` and
/// `log_error` are null where no temperature was found.
JsonValue calibration_json(const Calibration& calibration);

}  // namespace clino::app
