#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "core/tape.hpp"
#include "core/target_kind.hpp"
#include "data/dataset.hpp"
#include "layers/model.hpp"

namespace clino {

/// How well a net does on some samples.
struct Metrics {
  double loss = 0;                 ///< mean over the samples, as the loss defines it; no teacher
  std::optional<double> accuracy;  ///< share of right classes, each sample counted once
  Index samples = 0;
};

/// Adds up batches to the metrics of many samples.
struct MetricSums {
  double loss = 0;    ///< sum of batch losses, each times its normaliser
  double weight = 0;  ///< sum of the normalisers
  Index correct = 0;
  Index samples = 0;

  void add(double batch_loss, double normalizer, Index right, Index count);
  Metrics metrics(TargetKind kind) const;
};

/// The class that a column of logits names: the largest one's, for `binary` 1 where the logit is
/// above 0. The first of equal logits counts.
template <class T>
Index predicted_class(TargetKind kind, std::span<const T> logits) {
  if (kind == TargetKind::binary) return Index{logits[0] > 0};
  return std::ranges::max_element(logits) - logits.begin();
}

/// How many columns of a prediction name the right class.
template <class T>
Index count_correct(TargetKind kind, Matrix<const T> prediction, Matrix<const T> target);

/// How many samples of a run to evaluate at once: no more than its parts have, unless it is filmed.
template <class T>
Index evaluation_batch(const Data<T>& data);

/// Runs a net in evaluation mode over whole data sets. Shares the parameters of the training tape,
/// so it always sees the latest weights.
template <class T>
class Evaluator {
 public:
  Evaluator(const Model& model, Parameters<T>& parameters, TargetKind kind,
            std::vector<double> class_weights, ThreadTeam* team = nullptr, Index batch = 256);

  Index max_batch() const { return tape_.max_batch(); }
  /// What it holds.
  std::size_t bytes() const { return tape_.bytes() + indices_.size() * sizeof(Index); }

  Metrics evaluate(const Dataset<T>& dataset);

  /// Calls `visit` with the predictions and targets of each batch, in the order of the data set,
  /// and with the number of its first sample.
  using Visit =
      std::function<void(Matrix<const T> prediction, Matrix<const T> target, Index first)>;
  Metrics evaluate(const Dataset<T>& dataset, const Visit& visit);

  /// The predictions for columns of model inputs [features, n], n <= the evaluator's batch.
  Matrix<const T> predict(Matrix<const T> inputs);

 private:
  const Model* model_;
  TargetKind kind_;
  std::vector<double> class_weights_;
  Tape<T> tape_;
  std::vector<Index> indices_;
};

}  // namespace clino
