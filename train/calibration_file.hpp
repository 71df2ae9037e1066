#pragma once

#include <optional>
#include <string>

#include "train/calibration.hpp"

namespace clino {

/// `calibration.json` of a run directory: what predictions are divided by, and for which weights.
struct SavedCalibration {
  double temperature = 1;    ///< on top of that of the loss
  std::string weights;       ///< file name of the weights it was fitted for
  std::string weights_hash;  ///< as `weights_hash` gives it
};

/// Writes the calibration of a run beside its weights, in one atomic step. Throws `InputError`
/// where that cannot be; `UsageError` where no temperature was found.
void save_calibration(const RunDescription& run, const std::string& weights_hash,
                      const Calibration& calibration);

/// Nothing where the run has none. Throws `InputError` naming the file where it is damaged, or
/// where it was fitted for other weights than those with that hash: the chosen file may be another,
/// and a run that went on has other weights.
std::optional<SavedCalibration> load_calibration(const RunDescription& run,
                                                 const std::string& weights_hash);

}  // namespace clino
