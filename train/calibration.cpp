#include "train/calibration.hpp"

#include <cmath>

#include "core/errors.hpp"
#include "core/kernels/reduce.hpp"
#include "train/class_probabilities.hpp"

namespace clino {

namespace {

/// The bin m with m / count < confidence <= (m + 1) / count. The product is a first guess, which
/// rounding may have put beside an edge.
std::size_t bin_of(double confidence, std::size_t count) {
  const auto edge = [&](std::size_t m) {
    return static_cast<double>(m) / static_cast<double>(count);
  };
  auto m = static_cast<std::size_t>(confidence * static_cast<double>(count));
  m = std::min(m, count - 1);
  while (m > 0 && confidence <= edge(m)) --m;
  while (m + 1 < count && confidence > edge(m + 1)) ++m;
  return m;
}

std::vector<ReliabilityBin> empty_bins(Index count) {
  std::vector<ReliabilityBin> bins(static_cast<std::size_t>(count));
  for (std::size_t m = 0; m < bins.size(); ++m) {
    bins[m].low = static_cast<double>(m) / static_cast<double>(count);
    bins[m].high = static_cast<double>(m + 1) / static_cast<double>(count);
  }
  return bins;
}

CalibratedPart measured(std::string name, const ClassScores& scores, const TemperatureFit& fit,
                        Index bins) {
  CalibratedPart part{.name = std::move(name),
                      .samples = scores.size(),
                      .before = reliability(scores, 1, bins),
                      .after = std::nullopt};
  if (fit.found()) part.after = reliability(scores, fit.temperature, bins);
  return part;
}

}  // namespace

Reliability reliability(const ClassScores& samples, double temperature, Index bins) {
  if (samples.size() == 0) throw UsageError("calibration cannot be measured without samples");
  if (bins < 1) throw UsageError("calibration needs 1 bin or more");
  Reliability result{.bins = empty_bins(bins)};
  const auto count = static_cast<double>(samples.size());
  std::vector<double> sum_of_confidence(result.bins.size());
  std::vector<Index> correct(result.bins.size());
  const auto [nll, brier, confidence, right] =
      kernels::sums<4>(samples.labels.size(), [&](std::size_t i) {
        const ScaledSample one = scaled_sample(samples, static_cast<Index>(i), temperature);
        const bool is_right = one.predicted == samples.labels[i];
        const std::size_t m = bin_of(one.confidence, result.bins.size());
        ++result.bins[m].samples;
        sum_of_confidence[m] += one.confidence;
        if (is_right) ++correct[m];
        return std::array<double, 4>{one.nll, one.brier, one.confidence, is_right ? 1.0 : 0.0};
      });
  result.nll = nll / count;
  result.brier = brier / count;
  result.confidence = confidence / count;
  result.accuracy = right / count;
  for (std::size_t m = 0; m < result.bins.size(); ++m) {
    ReliabilityBin& bin = result.bins[m];
    if (bin.samples == 0) continue;
    const auto in_bin = static_cast<double>(bin.samples);
    bin.confidence = sum_of_confidence[m] / in_bin;
    bin.accuracy = static_cast<double>(correct[m]) / in_bin;
    result.ece += in_bin / count * std::abs(bin.accuracy - bin.confidence);
  }
  return result;
}

template <class T>
ClassScores class_scores(Evaluator<T>& evaluator, const Preprocessing& preprocessing,
                         double loss_temperature, const Dataset<T>& dataset) {
  ClassScores result{.classes = preprocessing.classes(), .scores = {}, .labels = {}};
  result.labels.reserve(static_cast<std::size_t>(dataset.size()));
  result.scores.reserve(static_cast<std::size_t>(dataset.size() * result.classes));
  const bool one_logit = preprocessing.target_kind == TargetKind::binary;
  evaluator.evaluate(dataset, [&](Matrix<const T> logits, Matrix<const T> target, Index /*first*/) {
    for (Index j = 0; j < logits.columns; ++j) {
      if (one_logit) result.scores.push_back(0);
      for (const T logit : logits.column(j)) {
        result.scores.push_back(static_cast<double>(logit) / loss_temperature);
      }
      result.labels.push_back(static_cast<Index>(target(0, j)));
    }
  });
  return result;
}

void require_classes(const Choice& loss, TargetKind kind) {
  if (kind != TargetKind::numbers) return;
  throw UsageError("the loss of the run is " + loss.type +
                   ", which predicts numbers and has no probabilities to calibrate: it takes "
                   "softmax_cross_entropy or binary_cross_entropy");
}

template <class T>
Calibration calibrate(TrainedRun<T>& run, const Choice& loss, const Data<T>& data, Index bins) {
  require_classes(loss, run.preprocessing.target_kind);
  if (data.validation.empty()) {
    throw UsageError(
        "the run has no validation part, which the temperature is fitted on: train with "
        "data.validation_fraction above 0, such as 0.2, or with data.folds");
  }
  Calibration result{.fit = {}, .loss_temperature = temperature_of(loss), .parts = {}};
  Evaluator<T> evaluator = run.evaluator();
  const auto scores_of = [&](const Dataset<T>& part) {
    return class_scores(evaluator, run.preprocessing, result.loss_temperature, part);
  };
  const ClassScores validation = scores_of(data.validation);
  result.fit = fit_temperature(validation);
  result.parts.push_back(measured("validation", validation, result.fit, bins));
  if (!data.test.empty()) {
    result.parts.push_back(measured("test", scores_of(data.test), result.fit, bins));
  }
  return result;
}

template ClassScores class_scores(Evaluator<float>&, const Preprocessing&, double,
                                  const Dataset<float>&);
template ClassScores class_scores(Evaluator<double>&, const Preprocessing&, double,
                                  const Dataset<double>&);
template Calibration calibrate(TrainedRun<float>&, const Choice&, const Data<float>&, Index);
template Calibration calibrate(TrainedRun<double>&, const Choice&, const Data<double>&, Index);

}  // namespace clino
