#pragma once

#include <optional>
#include <vector>

#include "data/dataset.hpp"
#include "data/preprocessing.hpp"
#include "train/evaluator.hpp"
#include "train/measures.hpp"

/// \file
/// What there is to say of a net's predictions beyond loss and accuracy. Every sample counts once
/// here, whatever its weight in the loss.

namespace clino {

struct Evaluation {
  Metrics metrics;
  // Classes:
  std::optional<ConfusionMatrix> confusion;
  std::vector<std::optional<double>> auc;  ///< of each class against all others
  /// The mean of `auc` over the classes that have one. The two of a binary problem are the same.
  std::optional<double> mean_auc;
  // Numbers:
  std::vector<OutputErrors> outputs;
  std::optional<OutputErrors> mean_errors;  ///< R2 over the outputs that have one
};

/// Predicts a data set and compares. `preprocessing` tells what the targets are.
template <class T>
Evaluation evaluate_in_detail(Evaluator<T>& evaluator, const Preprocessing& preprocessing,
                              const Dataset<T>& dataset);

}  // namespace clino
