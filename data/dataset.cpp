#include "data/dataset.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/errors.hpp"

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

/// Copies the columns `row(0), row(1), ...` of a matrix of `kRows` rows, known to the compiler: a
/// call of memcpy for each of a few small columns would cost more than the copying.
template <Index kRows, class T, class Row>
void gather_narrow(const T* from, Index count, const Row& row, T* to) {
  for (Index k = 0; k < count; ++k) {
    const T* const column = from + row(k) * kRows;
    for (Index i = 0; i < kRows; ++i) to[k * kRows + i] = column[i];
  }
}

template <class T, class Row>
void gather(const T* from, Index rows, Index count, const Row& row, T* to) {
  if (rows == 1) return gather_narrow<1>(from, count, row, to);
  if (rows == 2) return gather_narrow<2>(from, count, row, to);
  for (Index k = 0; k < count; ++k) std::copy_n(from + row(k) * rows, rows, to + k * rows);
}

// input = (byte - mean) * factor
template <class T, class Row>
void gather_bytes(const Samples<T>& samples, Index count, const Row& row, T* to) {
  const Index width = samples.features;
  const T* const mean = samples.byte_means.data();
  const T* const factor = samples.byte_factors.data();
  for (Index k = 0; k < count; ++k) {
    const std::uint8_t* const bytes = samples.bytes.data() + row(k) * width;
    T* const column = to + k * width;
    for (Index i = 0; i < width; ++i) column[i] = (static_cast<T>(bytes[i]) - mean[i]) * factor[i];
  }
}

template <class T, class Row>
void gather_inputs(const Samples<T>& samples, Index count, const Row& row, T* to) {
  if (samples.bytes.empty()) {
    gather(samples.inputs.data(), samples.features, count, row, to);
  } else {
    gather_bytes(samples, count, row, to);
  }
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
void Dataset<T>::fill(std::span<const Index> indices, Matrix<T> x, Matrix<T> y,
                      Matrix<T> weight) const {
  const auto count = static_cast<Index>(indices.size());
  if (count == 0) return;
  for (const Index index : indices) {
    if (index >= 0 && index < size()) continue;
    throw UsageError("sample " + std::to_string(index) + " of " + std::to_string(size()));
  }
  check_view(x, features(), count, "x");
  check_view(y, outputs(), count, "y");
  check_view(weight, 1, count, "weight");

  const Samples<T>& samples = *samples_;
  const auto row = [&](Index k) {
    return rows_[static_cast<std::size_t>(indices[static_cast<std::size_t>(k)])];
  };
  if (!x.empty()) gather_inputs(samples, count, row, x.data);
  if (!y.empty() && samples.targets.empty()) gather_inputs(samples, count, row, y.data);
  if (!y.empty() && !samples.targets.empty()) {
    gather(samples.targets.data(), samples.outputs, count, row, y.data);
  }
  if (weight.empty()) return;
  if (has_weights()) return gather(samples.weights.data(), Index{1}, count, row, weight.data);
  std::fill_n(weight.data, count, T{1});
}

template class Dataset<float>;
template class Dataset<double>;

}  // namespace clino
