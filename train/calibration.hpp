#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "train/temperature_fit.hpp"
#include "train/trained_run.hpp"

/// \file
/// How far a net's confidence can be believed, before and after temperature scaling (Guo, Pleiss,
/// Sun and Weinberger 2017). Every sample counts once, whatever its weight in the loss.

namespace clino {

inline constexpr Index kReliabilityBins = 15;  ///< of the paper

/// The samples whose confidence, the probability of the predicted class, is in (low, high].
struct ReliabilityBin {
  double low = 0, high = 1;
  Index samples = 0;
  double confidence = 0;  ///< its mean over the samples; 0 without any
  double accuracy = 0;    ///< share of right classes; 0 without samples
};

struct Reliability {
  double nll = 0;  ///< mean of -ln p of the true class, without label smoothing
  double ece = 0;  ///< sum over bins of samples / n x |accuracy - confidence|
  /// Mean over the samples of sum_k (p_k - [k is the true class])^2 (Brier 1950), from 0 to 2: of
  /// two classes twice the squared error of one probability.
  double brier = 0;
  double accuracy = 0;
  double confidence = 0;  ///< mean of the predicted class's probability
  std::vector<ReliabilityBin> bins;
};

/// At a temperature. `bins` of equal width over (0, 1]; throws `UsageError` for less than one bin
/// or no samples.
Reliability reliability(const ClassScores& samples, double temperature,
                        Index bins = kReliabilityBins);

struct CalibratedPart {
  std::string name;  ///< `validation` or `test`
  Index samples = 0;
  Reliability before;
  std::optional<Reliability> after;  ///< where a temperature was found
};

/// A run's calibration: fitted on the validation part, measured on that and on the test part.
struct Calibration {
  /// Its temperature comes on top of that of the loss: probabilities were softmax(z / T_loss), and
  /// become softmax(z / (T_loss T)); sigmoid(z) becomes sigmoid(z / T).
  TemperatureFit fit;
  double loss_temperature = 1;
  std::vector<CalibratedPart> parts;  ///< validation, then test where there is one
};

/// The scores whose softmax is what `predict` answers: logits divided by the loss's temperature; of
/// a single logit z the pair 0, z.
template <class T>
ClassScores class_scores(Evaluator<T>& evaluator, const Preprocessing& preprocessing,
                         double loss_temperature, const Dataset<T>& dataset);

/// Throws `UsageError` for a loss of numbers, naming it, and without a validation part;
/// `NumericalError` where the net's outputs are not finite.
template <class T>
Calibration calibrate(TrainedRun<T>& run, const Choice& loss, const Data<T>& data,
                      Index bins = kReliabilityBins);

/// That a run with this loss has classes at all. Throws `UsageError` as `calibrate` does.
void require_classes(const Choice& loss, TargetKind kind);

}  // namespace clino
