#include "probe/unit_history.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "core/errors.hpp"

namespace clino {

namespace {

/// Samples whose mean inputs tell causes apart: the first ones of the training set.
constexpr Index kProbeBatch = 128;

}  // namespace

template <class T>
UnitHistory<T>::UnitHistory(const Model& model, double threshold)
    : layers_(unit_layers(model)),
      sample_cost_(2 * static_cast<double>(model.parameters())),
      search_(layers_, threshold),
      causes_(layers_) {
  for (const UnitLayer& layer : layers_) {
    may_revive_.insert(may_revive_.end(), static_cast<std::size_t>(layer.units),
                       layer.same_in_training ? 1 : 0);
    middles_.push_back(middle_of_activity(*layer.activation, threshold));
  }
  const std::size_t units = may_revive_.size();
  state_.active_until.resize(units, 0);
  state_.inactive_since.resize(units, UnitHistoryState<T>::kNever);
  state_.dead.resize(units, 0);
  state_.witnesses.resize(units, -1);
  scans_.reserve(layers_.size());
  make_room();
}

template <class T>
void UnitHistory<T>::make_room() {
  events_.reserve(events_.size() + may_revive_.size());
}

template <class T>
void UnitHistory<T>::observe_step(std::uint64_t step, std::uint64_t epoch, double learning_rate,
                                  const LayerProbe<T>& probe) {
  constexpr std::uint64_t kNever = UnitHistoryState<T>::kNever;
  const std::span<const unsigned char> active = probe.active_units();
  const std::size_t units = may_revive_.size();
  if (active.size() != units) {
    throw UsageError("a history of " + std::to_string(units) + " units cannot follow a net of " +
                     std::to_string(active.size()));
  }
  state_.learning_rates.add(step, learning_rate);
  std::uint64_t* until = state_.active_until.data();
  std::uint64_t* since = state_.inactive_since.data();
  unsigned char revived = 0;
  for (std::size_t u = 0; u < units; ++u) {
    // A scan of the same weights may have seen it alive: then it is not silent yet.
    const std::uint64_t silent = step >= until[u] ? std::min(since[u], step) : kNever;
    since[u] = active[u] != 0 ? kNever : silent;
    until[u] = active[u] != 0 ? step + 1 : until[u];
    revived |= static_cast<unsigned char>(active[u] & state_.dead[u] & may_revive_[u]);
  }
  if (revived != 0) revive(step, epoch, active);
}

template <class T>
void UnitHistory<T>::revive(std::uint64_t step, std::uint64_t epoch,
                            std::span<const unsigned char> active) {
  for (const UnitLayer& layer : layers_) {
    for (Index unit = 0; unit < layer.units; ++unit) {
      const auto u = static_cast<std::size_t>(layer.first + unit);
      if ((active[u] & state_.dead[u] & may_revive_[u]) == 0) continue;
      state_.dead[u] = 0;
      events_.push_back({.kind = UnitEventKind::revived,
                         .step = step,
                         .epoch = epoch,
                         .layer = layer.layer,
                         .unit = unit,
                         .last_active_step = step});
    }
  }
}

template <class T>
std::uint64_t UnitHistory<T>::allowance(ScanMoment moment, std::uint64_t step,
                                        ScanBudget budget) const {
  if (layers_.empty() || state_.last_scan == step) return kNoScan;
  budget.scanned = state_.samples_scanned;
  budget.sample_cost = sample_cost_;
  return scan_allowance(moment, budget);
}

/// Whether everything is known of all units.
template <class T>
bool UnitHistory<T>::search(const ScanNet<T>& net, std::uint64_t allowance) {
  search_.begin();
  causes_.begin();
  const Index probed = std::min(kProbeBatch, net.samples);
  for (Index first = 0; first < probed; first += net.tape.max_batch()) {
    search_.look_at(net, first, std::min(net.tape.max_batch(), probed - first), state_.witnesses);
    causes_.add(net.tape);
  }
  search_.try_witnesses(net, probed, state_.witnesses);
  const bool complete = search_.try_all(net, probed, state_.witnesses, allowance);
  state_.samples_scanned += static_cast<std::uint64_t>(search_.samples());
  return complete;
}

template <class T>
std::span<const UnitScan> UnitHistory<T>::scan(std::uint64_t step, std::uint64_t epoch,
                                               const ScanNet<T>& net, std::uint64_t allowance) {
  scans_.clear();
  if (layers_.empty()) return scans_;
  const bool complete = search(net, allowance);
  for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
    report(layer, step, epoch, net.parameters, complete);
  }
  causes_.keep(search_.active(), net.parameters);
  state_.last_scan = step;
  make_room();
  return scans_;
}

template <class T>
void UnitHistory<T>::report(std::size_t layer, std::uint64_t step, std::uint64_t epoch,
                            const Parameters<T>& parameters, bool complete) {
  const UnitLayer& description = layers_[layer];
  Index inactive = 0;
  for (Index unit = 0; unit < description.units; ++unit) {
    const auto u = static_cast<std::size_t>(description.first + unit);
    const bool was_dead = state_.dead[u] != 0;
    if (search_.active()[u] == 0) {
      ++inactive;
      if (!complete) continue;
      if (!was_dead) events_.push_back(death(layer, unit, step, epoch, parameters));
      state_.dead[u] = 1;
      state_.inactive_since[u] = std::min(state_.inactive_since[u], step);
      continue;
    }
    if (was_dead) {
      events_.push_back({.kind = UnitEventKind::revived,
                         .step = step,
                         .epoch = epoch,
                         .layer = description.layer,
                         .unit = unit,
                         .last_active_step = step});
    }
    state_.dead[u] = 0;
    state_.active_until[u] = step + 1;
    state_.inactive_since[u] = UnitHistoryState<T>::kNever;
  }
  scans_.push_back({.step = step,
                    .epoch = epoch,
                    .layer = description.layer,
                    .units = description.units,
                    .dead = inactive,
                    .complete = complete,
                    .samples = search_.samples()});
}

template <class T>
UnitEvent UnitHistory<T>::death(std::size_t layer, Index unit, std::uint64_t step,
                                std::uint64_t epoch, const Parameters<T>& parameters) const {
  const auto u = static_cast<std::size_t>(layers_[layer].first + unit);
  const std::uint64_t until = state_.active_until[u];
  UnitEvent event{.kind = step == 0 ? UnitEventKind::born_dead : UnitEventKind::died,
                  .step = step,
                  .epoch = epoch,
                  .layer = layers_[layer].layer,
                  .unit = unit,
                  .first_inactive_step = std::min(state_.inactive_since[u], step)};
  if (step == 0) return event;
  if (until > 0) {
    event.last_active_step = until - 1;
    event.learning_rate_ratio = state_.learning_rates.spike(until - 1, step);
  }
  if (const auto change = causes_.change(layer, unit, parameters)) {
    event.bias_change = change->bias;
    event.weight_change = change->weight;
    event.input_change = change->input;
    event.cause = name_cause(*change, middles_[layer], event.learning_rate_ratio);
  }
  return event;
}

template <class T>
void UnitHistory<T>::check_cleared() const {
  if (events_.empty()) return;
  throw UsageError("the state of unit histories was asked for with " +
                   std::to_string(events_.size()) + " events that have not been cleared");
}

template <class T>
UnitHistoryState<T> UnitHistory<T>::state() const {
  check_cleared();
  UnitHistoryState<T> state = state_;
  state.references = causes_.references();
  return state;
}

template <class T>
void UnitHistory<T>::restore(UnitHistoryState<T> state) {
  const std::size_t units = may_revive_.size();
  const bool fits = state.active_until.size() == units && state.inactive_since.size() == units &&
                    state.dead.size() == units && state.witnesses.size() == units &&
                    state.learning_rates.steps.size() == LearningRates::kWindow &&
                    state.learning_rates.rates.size() == LearningRates::kWindow;
  if (!fits) {
    throw InputError("unit histories do not fit this net: expected " + std::to_string(units) +
                     " units, found " + std::to_string(state.dead.size()));
  }
  causes_.restore(std::exchange(state.references, {}));
  state_ = std::move(state);
  events_.clear();
  make_room();
}

template class UnitHistory<float>;
template class UnitHistory<double>;

}  // namespace clino
