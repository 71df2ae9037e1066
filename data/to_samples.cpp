#include "data/to_samples.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include "core/errors.hpp"
#include "core/large_pages.hpp"
#include "data/numbers.hpp"

namespace clino {

namespace {

using PlaceOf = std::string (RawData::*)(Index row) const;

/// A value as the element type holds it.
template <class T>
T narrowed(const RawData& raw, std::size_t row, double value, PlaceOf place = &RawData::place) {
  const T result = static_cast<T>(value);
  if (std::isfinite(result)) return result;
  throw InputError((raw.*place)(static_cast<Index>(row)) + ": " + number_text(value) +
                   " is too large for the element type");
}

template <class T>
std::vector<T> narrowed(const RawData& raw, const std::vector<double>& values, Index width,
                        PlaceOf place = &RawData::place) {
  std::vector<T> result(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    result[i] = narrowed<T>(raw, i / static_cast<std::size_t>(width), values[i], place);
  }
  return result;
}

template <class T>
void set_inputs(const RawData& raw, const Preprocessing& preprocessing, Samples<T>& samples) {
  const auto inputs = static_cast<std::size_t>(raw.rows * raw.features);
  reserve_on_large_pages(samples.inputs, inputs);
  samples.inputs.resize(inputs);
  T* input = samples.inputs.data();
  raw.visit_all_rows([&](Index row, const auto* values) {
    for (Index j = 0; j < raw.features; ++j, ++input) {
      const double value = preprocessing.to_input(j, static_cast<double>(values[j]));
      *input = narrowed<T>(raw, static_cast<std::size_t>(row), value);
    }
  });
}

/// Whether no mapped value can be too large for the type.
template <class T>
bool surely_fits(const RawData& raw, const Preprocessing& preprocessing) {
  constexpr double kMost = std::numeric_limits<T>::max();
  for (std::size_t j = 0; j < preprocessing.means.size(); ++j) {
    const double most = raw.largest_mapped + std::abs(preprocessing.means[j]);
    if (!(most / preprocessing.scales[j] < kMost)) return false;
  }
  return true;
}

/// Throws where a mapped value will be too large for the type.
template <class T>
void check_mapped(const RawData& raw, const Preprocessing& preprocessing) {
  if (surely_fits<T>(raw, preprocessing)) return;
  raw.visit_all_rows([&](Index row, const auto* values) {
    for (Index j = 0; j < raw.features; ++j) {
      const double value = preprocessing.to_input(j, static_cast<double>(values[j]));
      narrowed<T>(raw, static_cast<std::size_t>(row), value);
    }
  });
}

template <class T>
void set_bytes(RawData& raw, const Preprocessing& preprocessing, Samples<T>& samples) {
  samples.bytes = std::move(raw.bytes);
  for (const double mean : preprocessing.means) samples.byte_means.push_back(static_cast<T>(mean));
  for (const double scale : preprocessing.scales) {
    samples.byte_factors.push_back(static_cast<T>(1 / scale));
  }
}

}  // namespace

template <class T>
Samples<T> to_samples(RawData raw, const Preprocessing& preprocessing) {
  Samples<T> samples;
  samples.features = raw.features;
  samples.outputs = raw.outputs > 0 ? raw.outputs : raw.features;
  if (raw.images) {
    set_bytes(raw, preprocessing, samples);
  } else if (raw.stays_mapped) {
    check_mapped<T>(raw, preprocessing);
  } else {
    set_inputs(raw, preprocessing, samples);
  }
  if (raw.stays_mapped) {
    raw.mapped->file->expect_random_reads();
    samples.mapped = {
        .numbers = *raw.mapped, .means = preprocessing.means, .scales = preprocessing.scales};
  }
  samples.targets = narrowed<T>(raw, raw.targets, raw.outputs, &RawData::target_place);
  samples.weights = narrowed<T>(raw, raw.weights, 1);
  return samples;
}

template Samples<float> to_samples<float>(RawData, const Preprocessing&);
template Samples<double> to_samples<double>(RawData, const Preprocessing&);

}  // namespace clino
