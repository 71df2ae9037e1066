#include "probe/layer_probe.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/kernels/reduce.hpp"
#include "layers/activations/activation.hpp"
#include "probe/sign_agreement.hpp"

namespace clino {

namespace {

bool is_elementwise(const Layer& layer) {
  return layer.activation != nullptr && layer.activation->elementwise();
}

/// The activation that feeds a dense layer, where none of its values is negative.
std::optional<std::size_t> nonnegative_input(const Model& model, const Layer& dense) {
  if (dense.type != "dense") return std::nullopt;
  const auto before = std::ranges::find_if(model.layers, [&](const Layer& layer) {
    return is_elementwise(layer) && layer.output.index == dense.input.index &&
           layer.activation->nonnegative();
  });
  if (before == model.layers.end()) return std::nullopt;
  return static_cast<std::size_t>(before - model.layers.begin());
}

}  // namespace

template <class T>
double norm(std::span<const T> values) {
  const double square =
      kernels::sum_of_squares([](auto x) { return x; }, values.size(), values.data());
  // Squares of float lie well within double. Those of double may not: then scale before squaring.
  if (square > 1e-280 && square < 1e280) return std::sqrt(square);
  double largest = 0;
  for (const T value : values) largest = std::max(largest, std::abs(static_cast<double>(value)));
  if (largest == 0 || !std::isfinite(largest) || std::isnan(square)) return std::sqrt(square);
  return largest * std::sqrt(kernels::sum(values.size(), [&](std::size_t i) {
           const double ratio = static_cast<double>(values[i]) / largest;
           return ratio * ratio;
         }));
}

template <class T>
LayerProbe<T>::LayerProbe(const Model& model, const Parameters<T>& parameters, double threshold)
    : layers_(model.layers),
      seen_(model.layers.size()),
      threshold_(threshold),
      records_(model.layers.size()) {
  std::size_t units = 0;
  Index last_node = -1;
  for (const Layer& layer : layers_) last_node = std::max(last_node, Index{layer.output.index});
  for (Index node = 0; node <= last_node; ++node) {
    first_of_node_.push_back(by_node_.size());
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      if (layers_[i].output.index == node) by_node_.push_back(i);
    }
  }
  first_of_node_.push_back(by_node_.size());
  for (const Layer& layer : model.layers) {
    nonnegative_inputs_.push_back(nonnegative_input(model, layer));
    first_unit_.push_back(units);
    if (is_elementwise(layer)) units += static_cast<std::size_t>(layer.outputs);
    const Segment* segment = layer.weight.valid() ? parameters.find(layer.weight) : nullptr;
    weight_segments_.push_back(segment == nullptr ? -1 : segment - parameters.segments().data());
  }
  first_unit_.push_back(units);
  active_units_.resize(units);
}

template <class T>
std::span<const unsigned char> LayerProbe<T>::active_units(std::size_t layer) const {
  const std::size_t first = first_unit_[layer];
  return std::span(active_units_).subspan(first, first_unit_[layer + 1] - first);
}

template <class T>
void LayerProbe<T>::observe(const Tape<T>& tape, const Parameters<T>& parameters) {
  begin(tape, parameters);
  finish();
}

template <class T>
void LayerProbe<T>::begin(const Tape<T>& tape, const Parameters<T>& parameters) {
  tape_ = &tape;
  parameters_ = &parameters;
  std::ranges::fill(records_, LayerRecord{});
  std::ranges::fill(seen_, 0U);
}

template <class T>
void LayerProbe<T>::finish() {
  for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
    for (const Part part : {kValues, kDelta, kWeights}) {
      if ((seen_[layer] & part) == 0) observe_part(layer, part);
    }
  }
}

template <class T>
void LayerProbe<T>::observe_node(Var var, Part part) {
  const auto node = static_cast<std::size_t>(var.index);
  if (node + 1 >= first_of_node_.size()) return;
  for (std::size_t i = first_of_node_[node]; i < first_of_node_[node + 1]; ++i) {
    observe_part(by_node_[i], part);
  }
}

template <class T>
void LayerProbe<T>::observe_part(std::size_t layer, Part part) {
  seen_[layer] |= part;
  switch (part) {
    case kValues:
      observe_output(layer);
      observe_slopes(layer);
      break;
    case kDelta:
      observe_delta(layer);
      break;
    case kWeights:
      observe_weights(layer);
      break;
  }
}

template <class T>
void LayerProbe<T>::observe_delta(std::size_t layer) {
  const Layer& description = layers_[layer];
  const Matrix<const T> delta = tape_->gradient(description.output);
  if (delta.empty()) {
    records_[layer].delta_norm = std::numeric_limits<double>::quiet_NaN();
    return;
  }
  records_[layer].delta_norm = norm(delta.elements());
  if (description.type != "dense") return;
  const std::optional<std::size_t> before = nonnegative_inputs_[layer];
  const bool one_sign = before && records_[*before].nonfinite == 0;
  records_[layer].same_sign_fraction =
      clino::same_sign_fraction(tape_->value(description.input), delta, one_sign);
}

template <class T>
void LayerProbe<T>::observe_output(std::size_t layer) {
  LayerRecord& record = records_[layer];
  const auto values = tape_->value(layers_[layer].output).elements();
  if (values.empty()) return;
  // Moments about the first element, so that a large mean does not swallow a small deviation.
  const T origin = values.front();
  const auto moments = [origin](auto* terms, auto x) {
    terms[0] = x - origin;
    terms[1] = terms[0] * terms[0];
  };
  auto [sum, square] = kernels::quick_sums<2>(moments, values.size(), values.data());
  if (!kernels::is_sound(square, values.size())) {
    const auto exact = kernels::element_sums<2>(moments, values.size(), values.data());
    sum = exact[0];
    square = exact[1];
  }
  const auto count = static_cast<double>(values.size());
  record.output_mean = static_cast<double>(origin) + sum / count;
  record.output_std = std::sqrt(std::max(0.0, square / count - (sum / count) * (sum / count)));
  // One element that is not finite is enough to make the sum of squares so.
  if (std::isfinite(square)) return;
  record.nonfinite = std::ranges::count_if(values, [](T value) { return !std::isfinite(value); });
  if (record.nonfinite > 0) record.output_std = std::numeric_limits<double>::quiet_NaN();
}

template <class T>
void LayerProbe<T>::observe_weights(std::size_t layer) {
  LayerRecord& record = records_[layer];
  const Layer& description = layers_[layer];
  if (description.weight.valid()) {
    record.weight_norm = norm(parameters_->value(description.weight).elements());
    record.weight_grad_norm = norm(parameters_->gradient(description.weight).elements());
  }
  if (description.bias.valid()) {
    record.bias_grad_norm = norm(parameters_->gradient(description.bias).elements());
  }
}

template <class T>
double LayerProbe<T>::grad_norm() const {
  double norm = 0;
  for (const LayerRecord& record : records_) {
    if (record.weight_grad_norm == 0 && record.bias_grad_norm == 0) continue;
    norm = std::hypot(norm, record.weight_grad_norm, record.bias_grad_norm);
  }
  return norm;
}

template <class T>
void LayerProbe<T>::observe_slopes(std::size_t layer) {
  const Layer& description = layers_[layer];
  if (!is_elementwise(description)) return;
  const Activation* activation = description.activation.get();
  const Matrix<const T> pre_activation = tape_->value(description.input);
  const auto units =
      std::span(active_units_)
          .subspan(first_unit_[layer], static_cast<std::size_t>(pre_activation.rows));
  const auto learned = description.weight.valid()
                           ? parameters_->value(description.weight).elements()
                           : std::span<const T>{};
  Index below = 0;
  activation->count_below(pre_activation, static_cast<T>(threshold_ * activation->max_slope()),
                          learned, units, below);
  LayerRecord& record = records_[layer];
  record.below_threshold_fraction =
      static_cast<double>(below) / static_cast<double>(pre_activation.size());
  record.dead_fraction =
      static_cast<double>(std::ranges::count(units, 0)) / static_cast<double>(pre_activation.rows);
}

template <class T>
void LayerProbe<T>::observe_update(std::span<const double> update_squares) {
  for (std::size_t layer = 0; layer < records_.size(); ++layer) {
    const Index segment = weight_segments_[layer];
    if (segment < 0) continue;
    const double update = std::sqrt(update_squares[static_cast<std::size_t>(segment)]);
    records_[layer].update_ratio = update == 0 ? 0 : update / records_[layer].weight_norm;
  }
}

template double norm(std::span<const float>);
template double norm(std::span<const double>);
template class LayerProbe<float>;
template class LayerProbe<double>;

}  // namespace clino
