#include "core/errors.hpp"
#include "train/session.hpp"

/// \file
/// A session as a `RunState`, and back; and what it holds.

namespace clino {

template <class T>
std::vector<std::pair<std::string, std::span<T>>> Session<T>::numbers() {
  std::vector<std::pair<std::string, std::span<T>>> all{{"parameters", parameters().values()},
                                                        {"buffers", parameters().buffers()}};
  for (const NamedState<T>& moment : optimizer_->state()) {
    all.emplace_back("optimizer." + moment.name, moment.values);
  }
  if (has_best()) {
    best_parameters_.resize(parameters().values().size());
    best_buffers_.resize(parameters().buffers().size());
    all.emplace_back("best.parameters", best_parameters_);
    all.emplace_back("best.buffers", best_buffers_);
  }
  return all;
}

template <class T>
RunState Session<T>::snapshot() {
  RunState state = state_;
  state.schedule = schedule_->state();
  for (const auto& [name, values] : numbers()) state.numbers[name] = NumberBytes::of(values);
  instrument_.save(state.numbers);
  return state;
}

template <class T>
void Session<T>::restore(RunState state) {
  state_ = std::move(state);
  schedule_->restore(state_.schedule);
  for (const auto& [name, values] : numbers()) {
    const auto found = state_.numbers.find(name);
    if (found == state_.numbers.end() || found->second.size() != values.size_bytes()) {
      throw InputError("the checkpoint does not fit this net: expected " +
                       std::to_string(values.size_bytes()) + " bytes of " + name);
    }
    found->second.copy_to(values.data());
  }
  instrument_.restore(state_.numbers);
  state_.numbers.clear();
}

template <class T>
MemoryUse Session<T>::memory() {
  const auto bytes = [](auto run) { return static_cast<std::uint64_t>(run.size_bytes()); };
  MemoryUse use;
  use.parameters = bytes(parameters().values()) + bytes(parameters().buffers());
  use.gradients = bytes(parameters().gradients());
  for (const NamedState<T>& moment : optimizer_->state()) {
    use.optimizer_state += bytes(moment.values);
  }
  use.activations = tape_.bytes();
  const DataBytes data = bytes_of(experiment_->data);
  use.data = data.held + bytes(std::span(order_));
  use.mapped = data.mapped;
  use.evaluation = evaluator_.bytes();
  use.best = bytes(std::span(best_parameters_)) + bytes(std::span(best_buffers_));
  use.teacher = bytes(std::span(experiment_->teacher.values));
  use.probes = instrument_.bytes();
  return use;
}

template RunState Session<float>::snapshot();
template RunState Session<double>::snapshot();
template MemoryUse Session<float>::memory();
template MemoryUse Session<double>::memory();
template void Session<float>::restore(RunState state);
template void Session<double>::restore(RunState state);

}  // namespace clino
