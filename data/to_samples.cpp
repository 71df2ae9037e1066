#include "data/to_samples.hpp"

#include <cmath>
#include <utility>

#include "core/errors.hpp"
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
  samples.inputs.resize(raw.inputs.size());
  std::size_t i = 0;
  for (Index row = 0; row < raw.rows; ++row) {
    for (Index j = 0; j < raw.features; ++j, ++i) {
      const double input = preprocessing.to_input(j, raw.inputs[i]);
      samples.inputs[i] = narrowed<T>(raw, static_cast<std::size_t>(row), input);
    }
  }
}

}  // namespace

template <class T>
Samples<T> to_samples(RawData raw, const Preprocessing& preprocessing) {
  Samples<T> samples;
  samples.features = raw.features;
  samples.outputs = raw.outputs > 0 ? raw.outputs : raw.features;
  if (raw.bytes.empty()) {
    set_inputs(raw, preprocessing, samples);
  } else {
    samples.bytes = std::move(raw.bytes);
    for (const double mean : preprocessing.means)
      samples.byte_means.push_back(static_cast<T>(mean));
    for (const double scale : preprocessing.scales) {
      samples.byte_factors.push_back(static_cast<T>(1 / scale));
    }
  }
  samples.targets = narrowed<T>(raw, raw.targets, raw.outputs, &RawData::target_place);
  samples.weights = narrowed<T>(raw, raw.weights, 1);
  return samples;
}

template Samples<float> to_samples<float>(RawData, const Preprocessing&);
template Samples<double> to_samples<double>(RawData, const Preprocessing&);

}  // namespace clino
