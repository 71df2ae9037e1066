#include "probe/histogram_probe.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/errors.hpp"
#include "probe/bin_count.hpp"
#include "probe/layer_probe.hpp"

namespace clino {

namespace {

constexpr double kLowestExponent = -12;
constexpr double kHighestExponent = 4;
constexpr double kSmallestRange = 1e-300;  ///< its reciprocal is still a number

/// m 10^exponent. Of the powers of ten only those >= 1 are exact.
double decimal(double m, int exponent) {
  const double power = std::pow(10.0, std::abs(exponent));
  return exponent < 0 ? m / power : m * power;
}

/// The smallest of 1, 2 and 5 times a power of ten that is not below x > 0; infinity above all.
double round_up(double x) {
  for (int exponent = static_cast<int>(std::floor(std::log10(x))) - 1;; ++exponent) {
    for (const double m : {1.0, 2.0, 5.0}) {
      if (decimal(m, exponent) >= x) return decimal(m, exponent);
    }
  }
}

template <class T>
double choose_range(std::span<const T> values) {
  const double wide = 4 * norm(values) / std::sqrt(static_cast<double>(values.size()));
  if (!(wide >= kSmallestRange && std::isfinite(wide))) return 1;
  const double range = round_up(wide);
  return std::isfinite(range) ? range : 1;
}

template <class T>
detail::SlotCounts count(std::span<const T> values, const HistogramRecord& record) {
  if (record.scale == HistogramScale::linear) {
    return detail::count_slots(values, detail::LinearSlots(record.high));
  }
  static constexpr detail::DecimalSlots<T> kSlotOf;
  return detail::count_slots(values, kSlotOf);
}

}  // namespace

template <class T>
HistogramProbe<T>::HistogramProbe(const Model& model) : layers_(model.layers) {
  using Quantity = HistogramQuantity;
  for (Index i = 0; i < std::ssize(layers_); ++i) {
    const Layer& layer = layers_[static_cast<std::size_t>(i)];
    if (layer.weight.valid()) {
      records_.push_back({.layer = i, .quantity = Quantity::weight});
      records_.push_back({.layer = i,
                          .quantity = Quantity::gradient,
                          .scale = HistogramScale::log10,
                          .low = kLowestExponent,
                          .high = kHighestExponent});
    }
    const bool dense = layer.type == "dense";
    records_.push_back(
        {.layer = i, .quantity = dense ? Quantity::pre_activation : Quantity::activation});
  }
  ranges_.resize(records_.size());
}

template <class T>
std::span<const T> HistogramProbe<T>::elements(const HistogramRecord& record, const Tape<T>& tape,
                                               const Parameters<T>& parameters) const {
  const Layer& layer = layers_[static_cast<std::size_t>(record.layer)];
  switch (record.quantity) {
    case HistogramQuantity::weight:
      return parameters.value(layer.weight).elements();
    case HistogramQuantity::gradient:
      return parameters.gradient(layer.weight).elements();
    default:
      return tape.value(layer.output).elements();
  }
}

template <class T>
void HistogramProbe<T>::observe(const Tape<T>& tape, const Parameters<T>& parameters) {
  for (std::size_t i = 0; i < records_.size(); ++i) {
    HistogramRecord& record = records_[i];
    const std::span<const T> values = elements(record, tape, parameters);
    if (record.scale == HistogramScale::linear) {
      if (ranges_[i] == 0) ranges_[i] = choose_range(values);
      record.low = -ranges_[i];
      record.high = ranges_[i];
    }
    const detail::SlotCounts counts = count(values, record);
    record.underflow = counts.front();
    std::copy_n(counts.begin() + 1, record.bins.size(), record.bins.begin());
    record.overflow = counts[detail::kOverflowSlot];
    record.nonfinite = counts[detail::kNonfiniteSlot];
  }
}

template <class T>
void HistogramProbe<T>::restore(std::span<const double> ranges) {
  if (ranges.size() != ranges_.size()) {
    throw UsageError("histograms of another net: expected " + std::to_string(ranges_.size()) +
                     " ranges, found " + std::to_string(ranges.size()));
  }
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    const double range = ranges[i];
    const bool linear = records_[i].scale == HistogramScale::linear;
    const bool possible = linear && range >= kSmallestRange && std::isfinite(range);
    if (range == 0 || possible) continue;
    throw UsageError("histogram " + std::to_string(i) + " cannot have the range " +
                     std::to_string(range) + ": expected 0" +
                     (linear ? " or a finite number from 1e-300" : " for a log10 scale"));
  }
  std::ranges::copy(ranges, ranges_.begin());
}

double histogram_cost(const Model& model, Index samples) {
  // Measured beside the products of a training step: an element takes as long as this many
  // operations, and a record as long as this many elements.
  constexpr double kOperations = 110;
  constexpr double kElements = 80;
  double elements = 0;
  for (const Layer& layer : model.layers) {
    elements += static_cast<double>(layer.outputs * samples) + kElements;
    if (!layer.weight.valid()) continue;
    const Shape& shape = model.graph.shape(layer.weight);
    elements += 2 * (static_cast<double>(shape.rows * shape.columns) + kElements);
  }
  return kOperations * elements;
}

template class HistogramProbe<float>;
template class HistogramProbe<double>;

}  // namespace clino
