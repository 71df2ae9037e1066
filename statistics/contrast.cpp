#include "statistics/contrast.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/errors.hpp"
#include "statistics/distributions.hpp"

namespace clino::statistics {

namespace {

/// A sample on the measurement's scale, with the least variance of its values.
struct Scaled {
  std::vector<double> values;
  double rounding = 0;

  Scaled(std::span<const double> raw, const Measurement& measurement) {
    for (const double value : raw) {
      values.push_back(to_scale(value, measurement.scale));
      rounding += rounding_variance(value, measurement) / static_cast<double>(raw.size());
    }
  }
};

/// Mean difference with its standard error.
MeanEstimate paired_estimate(const Scaled& a, const Scaled& b, double overlap) {
  std::vector<double> differences;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    differences.push_back(a.values[i] - b.values[i]);
  }
  return estimate_mean(differences, a.rounding + b.rounding, overlap);
}

/// Welch, "The generalization of Student's problem", Biometrika 1947; degrees of freedom by
/// Satterthwaite (1946).
MeanEstimate independent_estimate(const Scaled& a, const Scaled& b, double overlap) {
  const MeanEstimate of_a = estimate_mean(a.values, a.rounding, overlap);
  const MeanEstimate of_b = estimate_mean(b.values, b.rounding, overlap);
  const double square_a = of_a.standard_error * of_a.standard_error;
  const double square_b = of_b.standard_error * of_b.standard_error;
  const double together = square_a + square_b;
  MeanEstimate estimate;
  estimate.mean = of_a.mean - of_b.mean;
  estimate.variance = (of_a.variance + of_b.variance) / 2;
  estimate.standard_error = std::sqrt(together);
  // By shares, which neither overflow nor vanish.
  const double share = together > 0 ? square_a / together : 0.5;
  estimate.degrees = 1 / (share * share / of_a.degrees + (1 - share) * (1 - share) / of_b.degrees);
  return estimate;
}

/// What is left of the rounding of values that are the same.
bool is_rounding(double difference, const Scaled& a, const Scaled& b) {
  double largest = 0;
  for (const Scaled* sample : {&a, &b}) {
    for (const double value : sample->values) largest = std::max(largest, std::abs(value));
  }
  return std::abs(difference) <= 1e-14 * largest;
}

double divided(double difference, double deviation) {
  if (difference == 0) return 0;
  return difference / deviation;  // infinite where nothing varies
}

}  // namespace

Contrast contrast(std::span<const double> a, std::span<const double> b, Design design,
                  const Measurement& measurement) {
  if (design == Design::paired && a.size() != b.size()) {
    throw UsageError("paired samples have one size; found " + std::to_string(a.size()) + " and " +
                     std::to_string(b.size()));
  }
  Contrast result;
  result.n = static_cast<Index>(std::min(a.size(), b.size()));
  if (result.n == 0) {
    result.estimate = std::numeric_limits<double>::quiet_NaN();
    return result;
  }
  const Scaled scaled_a(a, measurement), scaled_b(b, measurement);
  MeanEstimate estimate = design == Design::paired
                              ? paired_estimate(scaled_a, scaled_b, measurement.overlap)
                              : independent_estimate(scaled_a, scaled_b, measurement.overlap);
  if (is_rounding(estimate.mean, scaled_a, scaled_b)) estimate.mean = 0;
  result.estimate = from_scale(estimate.mean, measurement.scale);
  if (result.n < 2) return result;
  result.interval = student_interval(estimate, measurement);
  result.p_value =
      student_two_sided(divided(estimate.mean, estimate.standard_error), estimate.degrees);
  result.standardized = divided(estimate.mean, std::sqrt(estimate.variance));
  return result;
}

WinProbability probability_below(std::span<const double> a, std::span<const double> b,
                                 Design design, double confidence) {
  const auto won = [](double x, double y) {
    if (x == y) return 0.5;
    return x < y ? 1.0 : 0.0;
  };
  const std::size_t pairs = std::min(a.size(), b.size());
  WinProbability result;
  if (pairs == 0) return result;
  double wins = 0, trials = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < b.size(); ++j) {
      if (design == Design::paired && i != j) continue;
      wins += won(a[i], b[j]);
      trials += 1;
    }
  }
  result.value = wins / trials;
  const auto n = static_cast<double>(pairs);
  const double z = normal_quantile((1 + confidence) / 2);
  const double p = result.value, shrink = 1 + z * z / n;
  const double center = (p + z * z / (2 * n)) / shrink;
  const double half = z / shrink * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  // Exactly 0 and 1 where all is won or lost, whatever the rounding.
  result.interval = {p == 0 ? 0 : std::max(center - half, 0.0),
                     p == 1 ? 1 : std::min(center + half, 1.0)};
  return result;
}

double power(double standardized, Index n, Design design, double alpha) {
  const auto size = static_cast<double>(n);
  const bool paired = design == Design::paired;
  const double degrees = paired ? size - 1 : 2 * (size - 1);
  const double noncentrality = std::abs(standardized) * std::sqrt(paired ? size : size / 2);
  const double critical = student_quantile(1 - alpha / 2, degrees);
  if (std::isinf(noncentrality)) return 1;
  return noncentral_two_sided(critical, degrees, noncentrality);
}

std::optional<Index> sample_size(double standardized, Design design, double alpha, double wanted,
                                 Index most) {
  const auto enough = [&](Index n) { return power(standardized, n, design, alpha) >= wanted; };
  if (standardized == 0 || !enough(most)) return std::nullopt;
  Index low = 1, high = most;  // power grows with n: low is not enough, high is
  while (high - low > 1) {
    const Index middle = low + (high - low) / 2;
    (enough(middle) ? high : low) = middle;
  }
  return high;
}

std::optional<double> detectable(Index n, Design design, double alpha, double wanted) {
  if (n < 2) return std::nullopt;
  double low = 0, high = 1;  // power grows with the difference: low is not enough, high is
  while (power(high, n, design, alpha) < wanted) {
    low = high;
    high *= 2;
  }
  while (high - low > 1e-3 * high) {
    const double middle = (low + high) / 2;
    (power(middle, n, design, alpha) < wanted ? low : high) = middle;
  }
  return high;
}

}  // namespace clino::statistics
