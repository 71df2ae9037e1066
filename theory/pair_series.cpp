#include "theory/pair_series.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/errors.hpp"

namespace clino::theory {

namespace {

/// The middles of short pieces of the line with the normal density there: 0, where kinks are, lies
/// between two of them. One rule for all coefficients, where `gaussian_mean` would start anew.
struct Rule {
  std::vector<double> z, weight;
};
Rule middle_rule() {
  constexpr double kReach = 9, kPiece = 0.01;
  Rule rule;
  double sum = 0;
  for (double z = kPiece / 2 - kReach; z < kReach; z += kPiece) {
    rule.z.push_back(z);
    rule.weight.push_back(std::exp(-z * z / 2));
    sum += rule.weight.back();
  }
  for (double& weight : rule.weight) weight /= sum;
  return rule;
}

}  // namespace

PairSeries::PairSeries(const Activation& activation, double q) {
  if (!(q >= 0 && std::isfinite(q)) || !activation.elementwise()) {
    throw UsageError(
        "a pair series needs an elementwise activation and a finite variance >= 0, "
        "found " +
        activation.name() + " and " + std::to_string(q));
  }
  static const Rule rule = middle_rule();
  const std::size_t count = rule.z.size();
  std::vector<double> value(count), below(count, 0), current(count, 1);
  double rest = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double y = activation.value(std::sqrt(q) * rule.z[i]);
    rest += rule.weight[i] * y * y;
    value[i] = rule.weight[i] * y;
  }
  coefficients_.reserve(kTerms + 1);
  for (int k = 0; k < kTerms; ++k) {
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += value[i] * current[i];
    coefficients_.push_back(sum);
    rest -= sum * sum;
    // sqrt(k + 1) h_{k+1} = z h_k - sqrt(k) h_{k-1}
    const double of_current = 1 / std::sqrt(k + 1.0), of_below = std::sqrt(k / (k + 1.0));
    for (std::size_t i = 0; i < count; ++i) {
      const double next = of_current * rule.z[i] * current[i] - of_below * below[i];
      below[i] = current[i];
      current[i] = next;
    }
  }
  coefficients_.push_back(std::sqrt(std::max(rest, 0.0)));
}

PairMean pair_mean(const PairSeries& first, const PairSeries& second, double c) {
  const std::vector<double>& a = first.coefficients();
  const std::vector<double>& b = second.coefficients();
  PairMean mean;
  for (std::size_t k = a.size(); k-- > 0;) {
    mean.slope = mean.slope * c + mean.value;
    mean.value = mean.value * c + a[k] * b[k];
  }
  return mean;
}

}  // namespace clino::theory
