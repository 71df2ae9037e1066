#pragma once

#include <string>

#include "report/html.hpp"
#include "train/calibration.hpp"

namespace clino::report {

/// A bin of fewer samples says little, and is drawn faintly.
inline constexpr Index kFewSamples = 10;

/// Accuracy against confidence as SVG (DeGroot and Fienberg 1983): a bar of the accuracy in each
/// bin, the gap from it to the bin's mean confidence, the diagonal where both are the same; below
/// it how many samples a bin has. `description`: for whoever does not see it.
void write_reliability_diagram(Html& html, const Reliability& reliability,
                               const std::string& description);

}  // namespace clino::report
