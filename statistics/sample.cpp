#include "statistics/sample.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "statistics/distributions.hpp"

namespace clino::statistics {

namespace {

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// n - 1 in the denominator; 0 where n < 2.
double variance_of(std::span<const double> values, double mean) {
  if (values.size() < 2) return 0;
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return sum / static_cast<double>(values.size() - 1);
}

double median_of(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

}  // namespace

double to_scale(double value, Scale scale) {
  return scale == Scale::ratio ? std::log(value) : value;
}

double from_scale(double value, Scale scale) {
  return scale == Scale::ratio ? std::exp(value) : value;
}

double rounding_variance(double value, const Measurement& measurement) {
  const double step =
      measurement.scale == Scale::ratio ? measurement.resolution / value : measurement.resolution;
  return step * step / 12;
}

MeanEstimate estimate_mean(std::span<const double> values, double rounding, double overlap) {
  MeanEstimate estimate;
  const auto n = static_cast<double>(values.size());
  estimate.mean = mean_of(values);
  estimate.variance = std::max(variance_of(values, estimate.mean), rounding);
  estimate.standard_error = std::sqrt(estimate.variance * (1 / n + overlap));
  estimate.degrees = n - 1;
  return estimate;
}

Interval student_interval(const MeanEstimate& estimate, const Measurement& measurement) {
  const double t = student_quantile((1 + measurement.confidence) / 2, estimate.degrees);
  const double half = t * estimate.standard_error;
  return {from_scale(estimate.mean - half, measurement.scale),
          from_scale(estimate.mean + half, measurement.scale)};
}

Summary summarize(std::span<const double> values, const Measurement& measurement) {
  Summary summary;
  summary.n = static_cast<Index>(values.size());
  if (values.empty()) {
    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    summary.mean = summary.median = summary.minimum = summary.maximum = kNone;
    return summary;
  }
  std::vector<double> scaled;
  double rounding = 0;
  for (const double value : values) {
    scaled.push_back(to_scale(value, measurement.scale));
    rounding += rounding_variance(value, measurement) / static_cast<double>(values.size());
  }
  summary.mean = from_scale(mean_of(scaled), measurement.scale);
  summary.deviation = std::sqrt(variance_of(values, mean_of(values)));
  summary.median = median_of({values.begin(), values.end()});
  summary.minimum = *std::ranges::min_element(values);
  summary.maximum = *std::ranges::max_element(values);
  if (values.size() >= 2) {
    const auto [low, high] =
        student_interval(estimate_mean(scaled, rounding, measurement.overlap), measurement);
    summary.interval = {std::max(low, measurement.possible.low),
                        std::min(high, measurement.possible.high)};
  }
  return summary;
}

}  // namespace clino::statistics
