#include "probe/unit_search.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <numeric>
#include <string>
#include <utility>

#include "core/errors.hpp"

namespace clino {

template <class T>
UnitSearch<T>::UnitSearch(std::vector<UnitLayer> layers, double threshold)
    : layers_(std::move(layers)),
      threshold_(threshold),
      active_(static_cast<std::size_t>(count_units(layers_))),
      open_(layers_.size()) {
  Index widest = 0;
  for (const UnitLayer& layer : layers_) widest = std::max(widest, layer.units);
  fresh_.resize(static_cast<std::size_t>(widest));
  one_.resize(static_cast<std::size_t>(widest));
}

template <class T>
void UnitSearch<T>::begin() {
  std::ranges::fill(active_, static_cast<unsigned char>(0));
  std::ranges::transform(layers_, open_.begin(), &UnitLayer::units);
  open_units_ = std::ssize(active_);
  samples_ = 0;
}

template <class T>
Var UnitSearch<T>::deepest_open() const {
  Var deepest;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (open_[i] > 0 && layers_[i].pre_activation.index > deepest.index) {
      deepest = layers_[i].pre_activation;
    }
  }
  return deepest;
}

template <class T>
void UnitSearch<T>::look_at(const ScanNet<T>& net, Index first, Index count,
                            std::span<std::int64_t> witnesses) {
  Var last;
  for (const UnitLayer& layer : layers_) {
    if (layer.pre_activation.index > last.index) last = layer.pre_activation;
  }
  batch_.resize(static_cast<std::size_t>(count));
  std::iota(batch_.begin(), batch_.end(), first);
  look(net, last, witnesses);
}

template <class T>
void UnitSearch<T>::try_witnesses(const ScanNet<T>& net, Index first,
                                  std::span<std::int64_t> witnesses) {
  to_try_.clear();
  for (std::size_t unit = 0; unit < active_.size(); ++unit) {
    const auto sample = static_cast<Index>(witnesses[unit]);
    if (active_[unit] == 0 && sample >= first && sample < net.samples) to_try_.push_back(sample);
  }
  std::ranges::sort(to_try_);
  to_try_.erase(std::unique(to_try_.begin(), to_try_.end()), to_try_.end());
  for (auto from = to_try_.begin(); from != to_try_.end() && !settled();) {
    const auto to = from + std::min(net.tape.max_batch(), std::distance(from, to_try_.end()));
    batch_.assign(from, to);
    look(net, deepest_open(), witnesses);
    from = to;
  }
}

template <class T>
bool UnitSearch<T>::try_all(const ScanNet<T>& net, Index first, std::span<std::int64_t> witnesses,
                            std::uint64_t most) {
  while (first < net.samples && !settled()) {
    if (std::cmp_greater_equal(samples_, most)) return false;
    batch_.resize(static_cast<std::size_t>(std::min(net.tape.max_batch(), net.samples - first)));
    std::iota(batch_.begin(), batch_.end(), first);
    look(net, deepest_open(), witnesses);
    first += std::ssize(batch_);
  }
  return true;
}

template <class T>
void UnitSearch<T>::look(const ScanNet<T>& net, Var until, std::span<std::int64_t> witnesses) {
  net.fill(batch_);
  if (net.tape.batch() != std::ssize(batch_)) {
    throw UsageError("a scan asked for " + std::to_string(batch_.size()) +
                     " samples, and the tape was filled with " + std::to_string(net.tape.batch()));
  }
  net.tape.forward({.mode = Mode::evaluate, .sample_indices = batch_}, until);
  samples_ += std::ssize(batch_);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (open_[i] > 0) settle(net, i, witnesses);
  }
}

template <class T>
void UnitSearch<T>::settle(const ScanNet<T>& net, std::size_t layer,
                           std::span<std::int64_t> witnesses) {
  const UnitLayer& description = layers_[layer];
  const auto first = static_cast<std::size_t>(description.first);
  const auto units = static_cast<std::size_t>(description.units);
  const auto fresh = std::span(fresh_).first(units);
  const auto one = std::span(one_).first(units);
  const Matrix<const T> pre_activation = std::as_const(net.tape).value(description.pre_activation);
  mark_active(description, pre_activation, net.parameters, threshold_, fresh);
  Index without_witness = 0;
  for (std::size_t u = 0; u < units; ++u) {
    if (active_[first + u] != 0) fresh[u] = 0;
    active_[first + u] |= fresh[u];
    without_witness += fresh[u];
  }
  open_[layer] -= without_witness;
  open_units_ -= without_witness;
  // Sample by sample only as long as a unit is without a witness: few samples activate most units.
  for (Index j = 0; j < pre_activation.columns && without_witness > 0; ++j) {
    const Matrix<const T> sample{pre_activation.column(j).data(), pre_activation.rows, 1};
    mark_active(description, sample, net.parameters, threshold_, one);
    for (std::size_t u = 0; u < units; ++u) {
      if ((fresh[u] & one[u]) == 0) continue;
      witnesses[first + u] = batch_[static_cast<std::size_t>(j)];
      fresh[u] = 0;
      --without_witness;
    }
  }
}

template class UnitSearch<float>;
template class UnitSearch<double>;

}  // namespace clino
