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
  const Matrix<T> input = tape.input(model.input);
  tape.for_columns([&](IndexRange columns) {
    const auto some = [&](Matrix<T> view) {
      return view.empty() ? view : view.some_columns(columns.first, columns.size());
    };
    dataset.fill(indices.subspan(static_cast<std::size_t>(columns.first),
                                 static_cast<std::size_t>(columns.size())),
                 some(input), some(target), some(weight));
  });
  return batch_normalizer<T>(target, weight, class_weights);
}

template double fill_batch(Tape<float>&, const Model&, const Dataset<float>&,
                           std::span<const Index>, std::span<const double>);
template double fill_batch(Tape<double>&, const Model&, const Dataset<double>&,
                           std::span<const Index>, std::span<const double>);

}  // namespace clino
