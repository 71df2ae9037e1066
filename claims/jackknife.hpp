#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "claims/check.hpp"
#include "statistics/distributions.hpp"

namespace clino::claims {

/// A figure that was worked out from many runs, with the interval of confidence 1 - kFalseAlarm.
struct Estimate {
  double value = 0;
  Interval interval = {};
};

/// Tukey's jackknife: how much a smooth function of means scatters, from what it is without one of
/// the `count` runs. `without(i)` leaves run i out, `without(count)` none.
template <class Function>
Estimate jackknife(std::size_t count, const Function& without) {
  const auto n = static_cast<double>(count);
  std::vector<double> values(count);
  double mean = 0;
  for (std::size_t i = 0; i < count; ++i) {
    values[i] = without(i);
    mean += values[i] / n;
  }
  double variance = 0;
  for (const double each : values) variance += (each - mean) * (each - mean);
  const double all = without(count);
  const double reach =
      statistics::student_quantile(1 - kFalseAlarm / 2, n - 1) * std::sqrt(variance * (n - 1) / n);
  return {.value = all, .interval = {all - reach, all + reach}};
}

}  // namespace clino::claims
