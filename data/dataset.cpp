#include "data/dataset.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/errors.hpp"
#include "data/gather.hpp"

namespace clino {

namespace {

std::string shape_text(Index rows, Index columns) {
  return "[" + std::to_string(rows) + ", " + std::to_string(columns) + "]";
}

/// The samples in a storage. Throws where its arrays do not have the same number.
template <class T>
Index count_samples(const Samples<T>& samples) {
  const auto fits = [](std::size_t size, Index width, std::size_t count) {
    return size == static_cast<std::size_t>(width) * count;
  };
  if (samples.features < 1 || samples.outputs < 1) {
    throw ShapeError("[samples] expected at least one feature and one output, found " +
                     shape_text(samples.features, samples.outputs));
  }
  const bool images = !samples.bytes.empty();
  const auto width = static_cast<std::size_t>(samples.features);
  const std::size_t size = images ? samples.bytes.size() : samples.inputs.size();
  const std::size_t count = size / width;
  const bool good =
      size % width == 0 && (!images || samples.inputs.empty()) &&
      (!images || (samples.byte_means.size() == width && samples.byte_factors.size() == width)) &&
      (samples.targets.empty() ? samples.outputs == samples.features
                               : fits(samples.targets.size(), samples.outputs, count)) &&
      (samples.weights.empty() || samples.weights.size() == count);
  if (good) return static_cast<Index>(count);
  throw ShapeError("[samples] sizes disagree: " + std::to_string(size) + " input values of " +
                   std::to_string(samples.features) + " features, " +
                   std::to_string(samples.targets.size()) + " target values of " +
                   std::to_string(samples.outputs) + " outputs, " +
                   std::to_string(samples.weights.size()) + " weights");
}

template <class T>
void check_view(const Matrix<T>& view, Index rows, Index columns, const char* name) {
  if (view.empty() || (view.rows == rows && view.columns >= columns)) return;
  throw ShapeError(std::string("[fill] ") + name + ": expected " + shape_text(rows, columns) +
                   " or more columns, found " + shape_text(view.rows, view.columns));
}

template <class T>
void gather_inputs(const Samples<T>& samples, const Selection& selection, T* to) {
  const Index width = samples.features;
  if (samples.bytes.empty()) return gather(samples.inputs.data(), width, selection, to);
  const T* const mean = samples.byte_means.data();
  const T* const factor = samples.byte_factors.data();
  gather_columns(samples.bytes.data(), width, selection, to,
                 [&](const std::uint8_t* column, Index first, Index count, T* inputs) {
                   scale_bytes(column + first, mean + first, factor + first, count, inputs + first);
                 });
}

std::vector<Index> all_rows(Index count) {
  std::vector<Index> rows(static_cast<std::size_t>(count));
  std::iota(rows.begin(), rows.end(), Index{0});
  return rows;
}

}  // namespace

template <class T>
Dataset<T>::Dataset(std::shared_ptr<const Samples<T>> samples, std::vector<Index> rows)
    : samples_(std::move(samples)), rows_(std::move(rows)) {
  const Index count = count_samples(*samples_);
  for (const Index row : rows_) {
    if (row >= 0 && row < count) continue;
    throw ShapeError("[dataset] row " + std::to_string(row) + " of " + std::to_string(count));
  }
}

template <class T>
Dataset<T>::Dataset(Samples<T> samples)
    : samples_(std::make_shared<const Samples<T>>(std::move(samples))),
      rows_(all_rows(count_samples(*samples_))) {}

template <class T>
void Dataset<T>::check_samples(std::span<const Index> indices) const {
  // The largest as unsigned numbers, which is vector code; a negative one is larger than any.
  std::size_t largest = 0;
  for (const Index index : indices) largest = std::max(largest, static_cast<std::size_t>(index));
  if (indices.empty() || largest < static_cast<std::size_t>(size())) return;
  const auto bad = std::ranges::find(indices, static_cast<Index>(largest));
  throw UsageError("sample " + std::to_string(*bad) + " of " + std::to_string(size()));
}

template <class T>
void Dataset<T>::fill(std::span<const Index> indices, Matrix<T> x, Matrix<T> y, Matrix<T> weight,
                      std::span<const Index> next) const {
  const auto count = static_cast<Index>(indices.size());
  if (count == 0) return;
  check_samples(indices);
  check_samples(next);
  check_view(x, features(), count, "x");
  check_view(y, outputs(), count, "y");
  check_view(weight, 1, count, "weight");

  const Samples<T>& samples = *samples_;
  const Selection selection{.rows = rows_, .wanted = indices, .next = next};
  if (!x.empty()) gather_inputs(samples, selection, x.data);
  if (!y.empty() && samples.targets.empty()) gather_inputs(samples, selection, y.data);
  if (!y.empty() && !samples.targets.empty()) {
    gather(samples.targets.data(), samples.outputs, selection, y.data);
  }
  if (weight.empty()) return;
  if (has_weights()) return gather(samples.weights.data(), Index{1}, selection, weight.data);
  std::fill_n(weight.data, count, T{1});
}

template class Dataset<float>;
template class Dataset<double>;

}  // namespace clino
