#include "data/dataset.hpp"

#include <algorithm>
#include <numeric>
#include <set>
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
  const bool mapped = samples.mapped.has_value();
  const bool images = !samples.bytes.empty() || (mapped && !samples.byte_means.empty());
  const auto width = static_cast<std::size_t>(samples.features);
  const std::size_t size = mapped   ? static_cast<std::size_t>(samples.mapped->numbers.count)
                           : images ? samples.bytes.size()
                                    : samples.inputs.size();
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
void gather_images(const Samples<T>& samples, const std::uint8_t* bytes, const Selection& selection,
                   T* to) {
  const T* const mean = samples.byte_means.data();
  const T* const factor = samples.byte_factors.data();
  gather_columns(bytes, samples.features, selection, to,
                 [&](const std::uint8_t* column, Index first, Index count, T* inputs) {
                   scale_bytes(column + first, mean + first, factor + first, count, inputs + first);
                 });
}

/// From a file: asks the system for what is wanted next, as it takes its time.
template <class T>
void gather_mapped(const Samples<T>& samples, const Selection& selection, T* to) {
  const MappedNumbers& numbers = samples.mapped->numbers;
  const Index width = samples.features;
  const std::size_t column_bytes = static_cast<std::size_t>(width) * numbers.item_size();
  numbers.file->check_unchanged();
  for (Index k = 0; selection.has_next(k); ++k) {
    const auto first = static_cast<std::size_t>(selection.next_row(k)) * column_bytes;
    numbers.file->fetch(numbers.offset + first, column_bytes);
  }
  if (!samples.byte_means.empty()) {
    return gather_images(samples, reinterpret_cast<const std::uint8_t*>(numbers.data()), selection,
                         to);
  }
  const double* const mean = samples.mapped->means.data();
  const double* const scale = samples.mapped->scales.data();
  numbers.visit([&](const auto* from) {
    gather_columns(
        from, width, selection, to, [&](const auto* column, Index first, Index count, T* inputs) {
          standardize_numbers(column + first, mean + first, scale + first, count, inputs + first);
        });
  });
}

template <class T>
void gather_inputs(const Samples<T>& samples, const Selection& selection, T* to) {
  if (samples.mapped) return gather_mapped(samples, selection, to);
  if (!samples.bytes.empty()) return gather_images(samples, samples.bytes.data(), selection, to);
  gather(samples.inputs.data(), samples.features, selection, to);
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

template <class T>
DataBytes bytes_of(const Data<T>& data) {
  const auto bytes = [](const auto& numbers) { return std::span(numbers).size_bytes(); };
  DataBytes sum;
  std::set<const Samples<T>*> counted = {nullptr};
  for (const Dataset<T>* part : {&data.train, &data.validation, &data.test}) {
    sum.held += part->rows().size_bytes();
    if (!counted.insert(part->storage()).second) continue;
    const Samples<T>& samples = *part->storage();
    sum.held += bytes(samples.inputs) + bytes(samples.bytes) + bytes(samples.targets) +
                bytes(samples.weights);
    if (samples.mapped) sum.mapped += samples.mapped->numbers.bytes();
  }
  return sum;
}

template DataBytes bytes_of(const Data<float>&);
template DataBytes bytes_of(const Data<double>&);
template class Dataset<float>;
template class Dataset<double>;

}  // namespace clino
