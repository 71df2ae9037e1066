#include "train/temperature_fit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "core/errors.hpp"
#include "core/kernels/reduce.hpp"

namespace clino {

namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

/// NLL and its derivatives at one beta.
struct Curve {
  double slope = 0, curvature = 0;
};

/// The scores as differences to each sample's largest, divided by the largest difference there is:
/// numbers from -1 to 0, whose squares neither overflow nor vanish together. For them the unknown
/// is gamma = beta x spread.
class Differences {
 public:
  explicit Differences(const ClassScores& samples)
      : samples_(&samples),
        differences_(samples.scores.size()),
        probabilities_(static_cast<std::size_t>(samples.classes)) {
    for (Index i = 0; i < samples.size(); ++i) subtract_largest(i);
    for (const double d : differences_) spread_ = std::max(spread_, -d);
    if (spread_ > 0) {
      for (double& d : differences_) d /= spread_;
    }
  }

  double spread() const { return spread_; }

  /// NLL'(0), and how large its terms are on the average.
  std::array<double, 2> slope_at_zero() const {
    const auto k = static_cast<double>(samples_->classes);
    return mean<2>([&](Index i) {
      double sum = 0;
      for (Index j = 0; j < samples_->classes; ++j) sum += of(i)[j];
      return std::array<double, 2>{sum / k - true_one(i), -sum / k - true_one(i)};
    });
  }

  /// The limit of NLL' where beta goes to infinity: how far the true classes are below the largest.
  double slope_at_infinity() const {
    return mean<1>([&](Index i) { return std::array<double, 1>{-true_one(i)}; })[0];
  }

  Curve at(double gamma) {
    const auto [slope, curvature] = mean<2>([&](Index i) { return derivatives(i, gamma); });
    return {slope, curvature};
  }

 private:
  const double* of(Index i) const { return differences_.data() + i * samples_->classes; }
  double true_one(Index i) const { return of(i)[samples_->labels[static_cast<std::size_t>(i)]]; }

  template <std::size_t Count, class Term>
  std::array<double, Count> mean(const Term& term) const {
    const std::size_t count = samples_->labels.size();
    std::array<double, Count> result =
        kernels::sums<Count>(count, [&](std::size_t i) { return term(static_cast<Index>(i)); });
    for (double& each : result) each /= static_cast<double>(count);
    return result;
  }

  void subtract_largest(Index i) {
    const double* scores = samples_->of(i);
    const double largest = *std::max_element(scores, scores + samples_->classes);
    double* differences = differences_.data() + i * samples_->classes;
    for (Index k = 0; k < samples_->classes; ++k) {
      differences[k] = scores[k] - largest;
      if (!std::isfinite(scores[k]) || !std::isfinite(differences[k])) {
        throw NumericalError("the net's output " + std::to_string(k) + " for sample " +
                             std::to_string(i) + " is not finite, or too large to be scaled");
      }
    }
  }

  /// {E_p d - d_y, Var_p d}, in two passes: the variance of differences that hardly vary would
  /// drown in E d^2 - (E d)^2.
  std::array<double, 2> derivatives(Index i, double gamma) {
    const double* d = of(i);
    double sum = 0, first = 0, variance = 0;
    for (std::size_t k = 0; k < probabilities_.size(); ++k) {
      probabilities_[k] = std::exp(gamma * d[k]);
      sum += probabilities_[k];
      first += probabilities_[k] * d[k];
    }
    const double mean = first / sum;
    for (std::size_t k = 0; k < probabilities_.size(); ++k) {
      variance += probabilities_[k] * (d[k] - mean) * (d[k] - mean);
    }
    return {mean - true_one(i), variance / sum};
  }

  const ClassScores* samples_;
  std::vector<double> differences_;    ///< [samples, classes]
  std::vector<double> probabilities_;  ///< of one sample [classes], not yet divided by their sum
  double spread_ = 0;
};

/// Where the slope, which grows, changes its sign.
struct Bracket {
  double low, high;
};

/// From `start` outwards in steps of 4. The slope at 0 is below 0 and that at infinity above it, so
/// one end is found by going down, or by going up.
Bracket bracket_around(Differences& differences, double start) {
  constexpr double kStep = 4, kLargest = 1e300;
  Bracket bracket{start, start};
  if (differences.at(start).slope > 0) {
    do bracket.low /= kStep;
    while (differences.at(bracket.low).slope > 0);
    bracket.high = bracket.low * kStep;
  } else {
    do bracket.high *= kStep;
    while (differences.at(bracket.high).slope < 0 && bracket.high < kLargest);
    bracket.low = bracket.high / kStep;
  }
  return bracket;
}

/// Newton's method for slope = 0, with a bisection wherever a step leaves the bracket or does not
/// halve the one before it. Each evaluation narrows the bracket, so it ends.
double root(Differences& differences, Bracket bracket) {
  double gamma = std::sqrt(bracket.low * bracket.high);
  double last_step = bracket.high - bracket.low;
  while (true) {
    const Curve curve = differences.at(gamma);
    if (curve.slope == 0) return gamma;
    (curve.slope < 0 ? bracket.low : bracket.high) = gamma;
    double step = -curve.slope / curve.curvature;
    const double next = gamma + step;
    const bool newton =
        next > bracket.low && next < bracket.high && std::abs(step) <= 0.5 * std::abs(last_step);
    if (!newton) step = 0.5 * (bracket.low + bracket.high) - gamma;
    if (std::abs(step) <= 4 * kEpsilon * gamma) return gamma + step;
    last_step = step;
    gamma += step;
  }
}

TemperatureOutcome outcome_of(const Differences& differences) {
  if (differences.spread() == 0) return TemperatureOutcome::any;
  if (differences.slope_at_infinity() == 0) return TemperatureOutcome::zero;
  // A slope that rounding alone may have made says nothing.
  const auto [slope, size] = differences.slope_at_zero();
  return slope < -8 * kEpsilon * size ? TemperatureOutcome::found : TemperatureOutcome::infinite;
}

}  // namespace

ScaledSample scaled_sample(const ClassScores& samples, Index sample, double temperature) {
  const double* scores = samples.of(sample);
  const Index label = samples.labels[static_cast<std::size_t>(sample)];
  const Index top = std::max_element(scores, scores + samples.classes) - scores;
  const auto scaled = [&](Index k) { return (scores[k] - scores[top]) / temperature; };
  double others = 0;  // sum over k != top of exp(d_k / T)
  for (Index k = 0; k < samples.classes; ++k) {
    if (k != top) others += std::exp(scaled(k));
  }
  ScaledSample result{
      .predicted = top, .confidence = 1 / (1 + others), .nll = std::log1p(others) - scaled(label)};
  for (Index k = 0; k < samples.classes; ++k) {
    const double off = std::exp(scaled(k)) / (1 + others) - (k == label ? 1 : 0);
    result.brier += off * off;
  }
  return result;
}

std::string_view to_text(TemperatureOutcome outcome) {
  switch (outcome) {
    case TemperatureOutcome::zero:
      return "every sample is classified right, so that the likelihood grows without end as T goes "
             "to 0: more samples, or harder ones, are needed to see where confidence is misplaced";
    case TemperatureOutcome::infinite:
      return "the outputs tell the true class no better than chance, so that the likelihood grows "
             "without end as T goes to infinity: there is nothing to calibrate";
    case TemperatureOutcome::any:
      return "all outputs of every sample are equal, so that no T changes a probability";
    case TemperatureOutcome::found:
      break;
  }
  return "";
}

TemperatureFit fit_temperature(const ClassScores& samples) {
  if (samples.size() == 0) throw UsageError("a temperature cannot be fitted without samples");
  Differences differences(samples);
  TemperatureFit fit{.outcome = outcome_of(differences)};
  if (!fit.found()) return fit;
  constexpr double kNearest = 1e-3, kFarthest = 1e3;  // a start where the slope says something
  const double start = std::clamp(differences.spread(), kNearest, kFarthest);
  const double gamma = root(differences, bracket_around(differences, start));
  fit.temperature = differences.spread() / gamma;
  const double information =
      static_cast<double>(samples.size()) * differences.at(gamma).curvature * gamma * gamma;
  constexpr double kNormal95 = 1.959963984540054;
  fit.log_error = 1 / std::sqrt(information);
  fit.low = fit.temperature * std::exp(-kNormal95 * fit.log_error);
  fit.high = fit.temperature * std::exp(kNormal95 * fit.log_error);
  return fit;
}

}  // namespace clino
