#include "train/unit_log.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace clino {

namespace {

std::string name_of(std::string_view field) { return "probe.units." + std::string(field); }

/// Notes where the fields of a state are.
struct Saver {
  ProbeNumbers& numbers;

  void operator()(std::string_view name, const std::uint64_t& value) const {
    numbers[name_of(name)] = NumberBytes::of(std::span(&value, 1));
  }
  template <class Number>
  void operator()(std::string_view name, const std::vector<Number>& values) const {
    numbers[name_of(name)] = NumberBytes::of(std::span(values));
  }
};

/// Reads them back; `complete` says whether all were there.
struct Loader {
  const ProbeNumbers& numbers;
  bool& complete;

  void operator()(std::string_view name, std::uint64_t& value) const {
    if (!take_bytes(numbers, name_of(name), std::span(&value, 1))) complete = false;
  }
  template <class Number>
  void operator()(std::string_view name, std::vector<Number>& values) const {
    if (!take_bytes(numbers, name_of(name), values)) complete = false;
  }
};

}  // namespace

template <class T>
void UnitLog<T>::observe_step(const RunState& state, const LayerProbe<T>& probe, LogWriter& log) {
  history_.observe_step(state.step, state.epoch, state.last_rate, probe);
  write_events(log);
}

template <class T>
void UnitLog<T>::scan(ScanMoment moment, const RunState& state, std::uint64_t planned,
                      const ScanNet<T>& net, LogWriter& log) {
  const std::uint64_t allowance =
      history_.allowance(moment, state.step,
                         {.trained = state.samples,
                          .planned = planned,
                          .training = static_cast<std::uint64_t>(net.samples)});
  if (allowance == kNoScan) return;
  // The epoch that has ended; its number has been counted up.
  const std::uint64_t epoch = moment == ScanMoment::start || state.epoch == 0 ? 0 : state.epoch - 1;
  log.write_unit_scans(history_.scan(state.step, epoch, net, allowance));
  write_events(log);
}

template <class T>
void UnitLog<T>::write_events(LogWriter& log) {
  log.write_unit_events(history_.events());
  history_.clear_events();
}

template <class T>
std::size_t UnitLog<T>::bytes() const {
  ProbeNumbers numbers;
  save(numbers);
  std::size_t bytes = 0;
  for (const auto& [name, field] : numbers) bytes += field.size();
  return bytes;
}

template <class T>
void UnitLog<T>::save(ProbeNumbers& numbers) const {
  history_.visit_state(Saver{numbers});
}

template <class T>
void UnitLog<T>::restore(const ProbeNumbers& numbers) {
  UnitHistoryState<T> state = history_.state();
  bool complete = true;
  visit_fields(state, Loader{numbers, complete});
  if (complete) history_.restore(std::move(state));
}

template class UnitLog<float>;
template class UnitLog<double>;

}  // namespace clino
