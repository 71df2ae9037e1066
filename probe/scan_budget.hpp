#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

namespace clino {

/// Where in a run a scan of the training set could take place.
enum class ScanMoment {
  start,  ///< before the first update
  epoch_end,
  run_end,  ///< after the last update of a run that ended by itself
};

/// What decides how long a scan may take. Counts of samples alone: the same run makes the same
/// scans on every machine.
struct ScanBudget {
  std::uint64_t scanned = 0;   ///< by all scans so far
  std::uint64_t trained = 0;   ///< so far
  std::uint64_t planned = 0;   ///< of the whole run; 0 where its length is not known
  std::uint64_t training = 0;  ///< size of the training set
  double sample_cost = 0;      ///< floating-point operations of the forward pass of one
};

/// Scans may take this share of the time of the steps, of which a forward pass is a third: with
/// what else looks at a run they have to stay below 3 %.
inline constexpr double kScanShare = 0.01;
/// Below so many operations, some milliseconds, a pass over the training set is not worth saving at
/// the two ends of a run.
inline constexpr double kSmallScan = 5e8;
inline constexpr std::uint64_t kNoScan = 0;
inline constexpr std::uint64_t kWholeScan = std::numeric_limits<std::uint64_t>::max();

/// So many samples a scan may run at most. Most units settle within a few, so that a scan costs
/// much only where units are dead: then the whole set has to be looked at, or there is no answer.
/// The scan at the start may take a quarter of what the run will earn, one at an epoch's end takes
/// place where a whole one has been earned and one more for the end, and the end takes what is
/// left.
constexpr std::uint64_t scan_allowance(ScanMoment moment, const ScanBudget& budget) {
  const bool small = budget.sample_cost * static_cast<double>(budget.training) <= kSmallScan;
  if (small && moment != ScanMoment::epoch_end) return kWholeScan;
  const auto earned = [](std::uint64_t samples) {
    // Below 2^60 even where a run has no end.
    return static_cast<std::uint64_t>(3 * kScanShare * static_cast<double>(samples));
  };
  if (moment == ScanMoment::start) return std::max<std::uint64_t>(1, earned(budget.planned) / 4);
  const std::uint64_t all = earned(budget.trained);
  const std::uint64_t left = all > budget.scanned ? all - budget.scanned : 0;
  if (moment == ScanMoment::run_end) return std::max<std::uint64_t>(1, left);
  return left >= (small ? 1 : 2) * budget.training ? kWholeScan : kNoScan;
}

}  // namespace clino
