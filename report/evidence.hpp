#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "report/diagnosis.hpp"
#include "report/run_log.hpp"

/// \file
/// What the rules of the diagnosis share: how far a run has come, and what lasts in a series.

namespace clino::report {

/// Of fewer records nothing is said that speaks of a share of them.
inline constexpr std::size_t kFewRecords = 10;
/// Epochs whose mean is the loss at the end.
inline constexpr std::size_t kLastEpochs = 3;

/// How much of what a loss can fall it has fallen.
enum class Learning {
  unknown,  ///< too few steps, or nothing to measure by
  none,     ///< or the run has failed
  partly,
  well,  ///< by three quarters or more
};

/// The losses that a run is measured by. NaN where it is not known.
struct LossLevels {
  /// Of a net that has learned nothing: of classes that of guessing, else the largest of the first.
  double start = std::numeric_limits<double>::quiet_NaN();
  std::optional<Index> classes = {};  ///< set where `start` is ln of that
  double floor = 0;                   ///< the lowest that there is: not 0 with smoothed labels
  double end = std::numeric_limits<double>::quiet_NaN();  ///< mean of the last epochs or steps
};

/// A run and what is known of it as a whole.
struct Evidence {
  explicit Evidence(const RunLog& run);

  const RunLog& log;
  LossLevels levels;
  bool failed = false;  ///< something was not finite
  Learning learning = Learning::unknown;
  std::uint64_t steps = 0;             ///< taken
  std::vector<const LayerLog*> dense;  ///< with records, in the order of the net
  std::vector<Index> widths;           ///< of the dense layers as the config has them, 0 unknown

  /// How bad something is that hinders learning: by whether the net has learned all the same.
  Diagnosis::Severity severity() const;
};

/// A weight changes by this share or more, or the sum rounds to what it was: half the distance of
/// the numbers next to 1, 2^-24 or 2^-53.
double rounding(DType dtype);
/// `float32`
const char* dtype_text(DType dtype);

/// The width of the dense layer that feeds `layer` or is it; 0 where it is not known.
Index width_at(const Evidence& evidence, const LayerLog& layer);

/// Those that are finite, sorted; the middle one, the lower of two. NaN where there is none.
double median(std::vector<double> values);

/// A condition lasts where it holds at the last record and at nine of ten before, back to the first
/// of them: single records that stand out neither make nor break it.
inline constexpr std::size_t kTolerated = 10;
/// It has to hold for this share of the records, and for three, or from the first to the last.
inline constexpr std::size_t kLongEnough = 20;

/// Since which point on a condition lasts; none where it does not.
template <class Point, class Holds>
const Point* lasting(const std::vector<Point>& points, const Holds& holds) {
  if (points.empty() || !holds(points.back())) return nullptr;
  std::size_t begin = points.size(), exceptions = 0;
  for (std::size_t i = points.size(); i-- > 0;) {
    const bool here = holds(points[i]);
    exceptions += here ? 0 : 1;
    if (here && exceptions * kTolerated <= points.size() - i) begin = i;
  }
  const std::size_t least =
      std::min(std::max<std::size_t>(3, points.size() / kLongEnough), points.size());
  return points.size() - begin >= least ? &points[begin] : nullptr;
}

}  // namespace clino::report
