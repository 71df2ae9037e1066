#include "compare/bands.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "report/thinning.hpp"

namespace clino::compare {

namespace {

bool any_has_curve(const Comparison& comparison, std::vector<double> Curves::*curve) {
  return std::ranges::any_of(
      comparison.runs, [&](const RunResult& run) { return !(run.outcome.curves.*curve).empty(); });
}

/// The values of an epoch in order.
std::vector<double> values_at(const Comparison& comparison, const VariationResult& variation,
                              const Metric& metric, std::size_t epoch) {
  std::vector<double> values;
  for (const std::size_t run : variation.runs) {
    const std::vector<double>& curve = comparison.runs[run].outcome.curves.*metric.curve;
    if (epoch >= curve.size()) continue;
    if (std::isfinite(curve[epoch])) {
      values.push_back(curve[epoch]);
    } else if (metric.loss) {
      values.push_back(std::numeric_limits<double>::infinity());
    }
  }
  std::ranges::sort(values);
  return values;
}

/// So many of the epochs from 0 on, evenly by number or by logarithm, the last among them.
std::vector<std::size_t> spread_epochs(std::size_t epochs, std::size_t points, bool log) {
  if (!log || epochs <= points) return report::spread(epochs, points);
  std::vector<std::size_t> shown;
  for (std::size_t k = 0; k < points; ++k) {
    const double share = static_cast<double>(k) / static_cast<double>(points - 1);
    const auto epoch =
        static_cast<std::size_t>(std::lround(std::pow(static_cast<double>(epochs), share))) - 1;
    if (shown.empty() || epoch > shown.back()) shown.push_back(epoch);
  }
  return shown;
}

}  // namespace

Metric shown_metric(const Comparison& comparison) {
  const bool validated = any_has_curve(comparison, &Curves::validation_loss);
  const bool classes =
      any_has_curve(comparison, validated ? &Curves::validation_accuracy : &Curves::train_accuracy);
  const bool targeted = comparison.target.has_value();
  const bool ranks_by_loss = comparison.primary != nullptr &&
                             comparison.primary->name.find("loss") != std::string_view::npos;
  const bool loss = targeted ? comparison.target->metric == "loss" : !classes || ranks_by_loss;
  const bool train = targeted && !comparison.target->split.empty()
                         ? comparison.target->split == "train"
                         : !validated;
  Metric metric{.title = train ? "training " : "validation ", .loss = loss, .target = targeted};
  metric.title += loss ? "loss" : "accuracy";
  if (train) {
    metric.curve = loss ? &Curves::train_loss : &Curves::train_accuracy;
  } else {
    metric.curve = loss ? &Curves::validation_loss : &Curves::validation_accuracy;
  }
  return metric;
}

double quantile(const std::vector<double>& sorted, double share) {
  const double position = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const double rest = position - static_cast<double>(below);
  if (rest == 0) return sorted[below];
  if (std::isinf(sorted[below + 1])) return sorted[below + 1];  // between two of them is none
  return sorted[below] + rest * (sorted[below + 1] - sorted[below]);
}

Band band_of(const Comparison& comparison, const VariationResult& variation, const Metric& metric,
             std::size_t points, bool log_epochs) {
  std::size_t longest = 0;
  for (const std::size_t run : variation.runs) {
    longest = std::max(longest, (comparison.runs[run].outcome.curves.*metric.curve).size());
  }
  Band band;
  if (longest == 0) return band;
  for (const std::size_t epoch : spread_epochs(longest, points, log_epochs)) {
    const std::vector<double> values = values_at(comparison, variation, metric, epoch);
    if (2 * values.size() < variation.runs.size() || values.empty()) break;
    band.epochs.push_back(static_cast<double>(epoch + 1));
    band.minimum.push_back(values.front());
    band.lower.push_back(quantile(values, 0.25));
    band.median.push_back(quantile(values, 0.5));
    band.upper.push_back(quantile(values, 0.75));
    band.maximum.push_back(values.back());
  }
  return band;
}

}  // namespace clino::compare
