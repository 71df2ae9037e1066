#pragma once

#include <string>

#include "train/calibration.hpp"

namespace clino::report {

/// The page of a calibration: one HTML file that needs no other, no network and no scripts. `run`
/// is what the run is called, `weights` the file of weights.
std::string calibration_html(const Calibration& calibration, const std::string& run,
                             const std::string& weights);

}  // namespace clino::report
