#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "report/run_log.hpp"

/// \file
/// How a quantity changes from layer to layer.

namespace clino::report {

/// Along some layers at one record.
struct Profile {
  std::size_t record = 0;
  std::uint64_t step = 0;
  double first = 0, last = 0;  ///< of the first and the last layer
  /// From one layer to the next: exp of the slope of the logarithms over the positions, by least
  /// squares. A theory of wide random nets has it constant (Schoenholz et al. 2017).
  double factor = 1;

  double ratio() const { return last / first; }
};

/// What is seen at the end of a run is asked of so many records: a single one may be chance.
inline constexpr std::size_t kLastRecords = 10;

/// Those records count where every value is finite and above 0. None do of fewer than three layers,
/// which make no trend.
struct Profiles {
  std::optional<Profile> start;  ///< of the first that counts
  std::vector<Profile> last;     ///< of those among the last ones, the latest first
  std::size_t looked_at = 0;     ///< how many the last ones are

  /// Whether something is true of the latest and of most of the last.
  template <class Holds>
  bool last_hold(const Holds& holds) const {
    const auto count = static_cast<std::size_t>(std::ranges::count_if(last, holds));
    return !last.empty() && holds(last.front()) && 2 * count > looked_at;
  }
};

/// `value` is asked for a layer's point.
Profiles profiles(const std::vector<const LayerLog*>& layers, double (*value)(const LayerPoint&));

}  // namespace clino::report
