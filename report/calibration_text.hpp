#pragma once

#include <string>

#include "train/calibration.hpp"

/// \file
/// A calibration in words, the same in the terminal and on the page.

namespace clino::report {

/// What was fitted, on what, and what it says of the net; or why there is no temperature.
std::string calibration_sentence(const Calibration& calibration);

/// What the logits are divided by in all; empty where the loss has no temperature of its own.
std::string total_temperature_sentence(const Calibration& calibration);

/// What the figures of the validation part alone cannot tell; empty where there is a test part.
std::string missing_test_sentence(const Calibration& calibration);

}  // namespace clino::report
