#pragma once

#include <cstdint>

namespace clino {

/// Where in a run a scan of the training set could take place.
enum class ScanMoment {
  start,  ///< before the first update
  epoch_end,
  run_end,  ///< after the last update of a run that ended by itself
};

/// Whether a scan may begin. The first and the last always may: most units settle within a few
/// samples, so that only units dead at the start make the first one cost more, and only units dead
/// at the end the last. Between them a scan, at worst of the whole training set, must leave the
/// cost of all scans at or below 3 % of that of the steps so far, the forward pass being a third of
/// a step:
///
///     (samples scanned + training samples) / 3 <= 0.03 samples trained
///
/// A function of counts alone: the same run makes the same scans on every machine.
constexpr bool scan_affordable(ScanMoment moment, std::uint64_t samples_scanned,
                               std::uint64_t samples_trained, std::uint64_t training_samples) {
  if (moment != ScanMoment::epoch_end) return true;
  return 100 * (samples_scanned + training_samples) <= 9 * samples_trained;
}

}  // namespace clino
