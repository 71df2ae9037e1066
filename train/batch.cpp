#include "train/batch.hpp"

#include <iterator>

#include "core/ops/losses.hpp"

namespace clino {

template <class T>
double fill_batch(Tape<T>& tape, const Model& model, const Dataset<T>& dataset,
                  std::span<const Index> indices, std::span<const double> class_weights) {
  tape.set_batch(std::ssize(indices));
  const Matrix<T> target = tape.input(model.target);
  const Matrix<T> weight =
      model.sample_weight.valid() ? tape.input(model.sample_weight) : Matrix<T>{};
  dataset.fill(indices, tape.input(model.input), target, weight);
  return batch_normalizer<T>(target, weight, class_weights);
}

template double fill_batch(Tape<float>&, const Model&, const Dataset<float>&,
                           std::span<const Index>, std::span<const double>);
template double fill_batch(Tape<double>&, const Model&, const Dataset<double>&,
                           std::span<const Index>, std::span<const double>);

}  // namespace clino
