#include "train/batch.hpp"

#include <algorithm>
#include <iterator>

#include "core/ops/losses.hpp"

namespace clino {

template <class T>
double fill_batch(Tape<T>& tape, const Model& model, const Dataset<T>& dataset,
                  std::span<const Index> indices, std::span<const double> class_weights,
                  std::span<const Index> next) {
  tape.set_batch(std::ssize(indices));
  const Matrix<T> target = tape.input(model.target);
  const Matrix<T> weight =
      model.sample_weight.valid() ? tape.input(model.sample_weight) : Matrix<T>{};
  const Matrix<T> input = tape.input(model.input);
  tape.for_columns([&](IndexRange columns) {
    const auto part = [&](std::span<const Index> all) {
      const auto first = std::min(static_cast<std::size_t>(columns.first), all.size());
      return all.subspan(first,
                         std::min(static_cast<std::size_t>(columns.size()), all.size() - first));
    };
    const auto some = [&](Matrix<T> view) {
      return view.empty() ? view : view.some_columns(columns.first, columns.size());
    };
    dataset.fill(part(indices), some(input), some(target), some(weight), part(next));
  });
  return batch_normalizer<T>(target, weight, class_weights);
}

template double fill_batch(Tape<float>&, const Model&, const Dataset<float>&,
                           std::span<const Index>, std::span<const double>, std::span<const Index>);
template double fill_batch(Tape<double>&, const Model&, const Dataset<double>&,
                           std::span<const Index>, std::span<const double>, std::span<const Index>);

}  // namespace clino
