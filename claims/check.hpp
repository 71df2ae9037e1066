#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/types.hpp"
#include "statistics/sample.hpp"

/// \file
/// From figures to verdicts.
///
/// A check on drawn figures has an interval of confidence 1 - `kFalseAlarm`, and a claim has at
/// most `kMostDrawn` of them: a right implementation fails a claim at most once in 1,000 runs
/// (Boole's inequality). What a wrong one is off by is stated as the check's `precision`: where the
/// interval is wider, the check is inconclusive, never passed.

namespace clino::claims {

enum class Verdict { holds, does_not_hold, inconclusive };
/// `holds`, `does not hold` or `inconclusive`.
std::string_view to_text(Verdict verdict);

inline constexpr double kFalseAlarm = 1e-5;
inline constexpr std::size_t kMostDrawn = 100;

using statistics::Interval;

/// One figure of a claim.
struct Check {
  std::string quantity = {};   ///< `gradient per layer, sigmoid`
  std::string predicted = {};  ///< as text: `0.2360`, `at most 4.732e-4`
  double measured = 0;
  Interval interval = {};  ///< of what was measured; both ends the same where nothing was drawn
  std::string how = {};    ///< `20 seeds`, `exact to rounding`
  Verdict verdict = Verdict::inconclusive;
};

/// Gathers a claim's checks.
class Checks {
 public:
  /// A mean (geometric on the scale of ratios) against what is predicted: a number, or a range
  /// where the theory has a known error of its own. Holds where the range meets the interval of the
  /// mean by Student's t. `precision`: half the interval's width has to be below it, relative to
  /// the mean on the scale of ratios.
  void mean(std::string quantity, Interval predicted, std::span<const double> samples,
            double precision, statistics::Scale scale = statistics::Scale::difference);
  /// A share of `trials` independent ones against what is predicted, by the exact interval of
  /// Clopper and Pearson (1934).
  void share(std::string quantity, Interval predicted, Index successes, Index trials,
             double precision);
  /// An estimate with its own interval (of confidence 1 - kFalseAlarm) against what is predicted.
  void estimate(std::string quantity, Interval predicted, double measured, Interval interval,
                double precision, std::string how);
  /// The same against an open range: the whole interval has to lie in it; inconclusive where it
  /// reaches beyond its end, does not hold where all of it is beyond.
  void within(std::string quantity, Interval allowed, double measured, Interval interval,
              std::string how);
  /// Nothing drawn: |measured - predicted| <= bound, which is derived where it stands.
  void exact(std::string quantity, double predicted, double measured, double bound,
             std::string how = "exact to rounding");
  /// Nothing drawn, or a few trainings looked at, for which no error rate is stated: the figure
  /// lies within.
  void in_range(std::string quantity, Interval allowed, double measured, std::string how);

  /// The mean of a sample with the interval that `mean` would use.
  static Interval interval_of(std::span<const double> samples, double& mean,
                              statistics::Scale scale = statistics::Scale::difference);

  std::vector<Check> take() { return std::move(checks_); }

 private:
  void add(Check check, bool drawn);

  std::vector<Check> checks_;
  std::size_t drawn_ = 0;
};

/// Does not hold if any does not; else inconclusive if any is; else holds. Inconclusive without
/// any.
Verdict verdict_of(std::span<const Check> checks);

/// A number with about five digits, as tables and texts of the claims show it.
std::string figure_text(double value);
/// `0.2360`, or `0.23 to 0.24`, `at most 1`, `at least 2` where an end is infinite.
std::string range_text(Interval range);

}  // namespace clino::claims
