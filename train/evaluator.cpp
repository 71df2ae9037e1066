#include "train/evaluator.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <type_traits>
#include <utility>

#include "core/errors.hpp"
#include "train/batch.hpp"
#include "train/film.hpp"

namespace clino {

void MetricSums::add(double batch_loss, double normalizer, Index right, Index count) {
  loss += normalizer * batch_loss;
  weight += normalizer;
  correct += right;
  samples += count;
}

Metrics MetricSums::metrics(TargetKind kind) const {
  Metrics result{.loss = loss / weight, .accuracy = std::nullopt, .samples = samples};
  if (kind != TargetKind::numbers && samples > 0) {
    result.accuracy = static_cast<double>(correct) / static_cast<double>(samples);
  }
  return result;
}

template <class T>
Index count_correct(TargetKind kind, Matrix<const T> prediction, Matrix<const T> target) {
  if (kind == TargetKind::numbers) return 0;
  const auto count = [&](auto known_kind) {
    Index correct = 0;
    for (Index j = 0; j < prediction.columns; ++j) {
      const Index guess = predicted_class(known_kind(), prediction.column(j));
      correct += Index{static_cast<T>(guess) == target(0, j)};
    }
    return correct;
  };
  // With the kind known, that of two classes becomes vector code.
  constexpr auto kBinary = std::integral_constant<TargetKind, TargetKind::binary>();
  constexpr auto kClasses = std::integral_constant<TargetKind, TargetKind::classes>();
  return kind == TargetKind::binary ? count(kBinary) : count(kClasses);
}

template <class T>
Index evaluation_batch(const Data<T>& data) {
  constexpr Index kMost = 256;
  if (can_be_filmed(data.preprocessing)) return kMost;
  return std::clamp(std::max(data.validation.size(), data.test.size()), Index{1}, kMost);
}

template <class T>
Evaluator<T>::Evaluator(const Model& model, Parameters<T>& parameters, TargetKind kind,
                        std::vector<double> class_weights, ThreadTeam* team, Index batch)
    : model_(&model),
      kind_(kind),
      class_weights_(std::move(class_weights)),
      tape_(model.graph, parameters,
            {.max_batch = batch, .mode = TapeMode::evaluate, .team = team}),
      indices_(static_cast<std::size_t>(batch)) {}

template <class T>
Metrics Evaluator<T>::evaluate(const Dataset<T>& dataset) {
  return evaluate(dataset, [](Matrix<const T>, Matrix<const T>, Index) {});
}

template <class T>
Metrics Evaluator<T>::evaluate(const Dataset<T>& dataset, const Visit& visit) {
  MetricSums sums;
  for (Index first = 0; first < dataset.size(); first += tape_.max_batch()) {
    const Index count = std::min(tape_.max_batch(), dataset.size() - first);
    const auto indices = std::span(indices_).first(static_cast<std::size_t>(count));
    std::iota(indices.begin(), indices.end(), first);
    const double normalizer = fill_batch<T>(tape_, *model_, dataset, indices, class_weights_);
    tape_.forward({.mode = Mode::evaluate, .sample_indices = indices, .normalizer = normalizer});
    const Matrix<const T> prediction = tape_.value(model_->prediction);
    const Matrix<const T> target = tape_.value(model_->target);
    sums.add(static_cast<double>(tape_.value(model_->target_loss).data[0]), normalizer,
             count_correct(kind_, prediction, target), count);
    visit(prediction, target, first);
  }
  return sums.metrics(kind_);
}

template <class T>
Matrix<const T> Evaluator<T>::predict(Matrix<const T> inputs) {
  if (inputs.rows != tape_.input(model_->input).rows) {
    throw ShapeError("[predict] the net takes " + std::to_string(tape_.input(model_->input).rows) +
                     " inputs, found " + std::to_string(inputs.rows));
  }
  tape_.set_batch(inputs.columns);
  std::ranges::copy(inputs.elements(), tape_.input(model_->input).data);
  std::ranges::fill(tape_.input(model_->target).elements(), T{0});
  tape_.forward({.mode = Mode::evaluate, .normalizer = 1});
  return tape_.value(model_->prediction);
}

template Index count_correct(TargetKind, Matrix<const float>, Matrix<const float>);
template Index count_correct(TargetKind, Matrix<const double>, Matrix<const double>);
template Index evaluation_batch(const Data<float>&);
template Index evaluation_batch(const Data<double>&);
template class Evaluator<float>;
template class Evaluator<double>;

}  // namespace clino
