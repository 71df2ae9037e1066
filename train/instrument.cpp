#include "train/instrument.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "train/batch.hpp"

namespace clino {

namespace {

/// Floating-point operations of a training step: two for each weight and sample forward, four back.
double step_cost(const Model& model, Index batch) {
  double weights = 0;
  for (const Layer& layer : model.layers) weights += static_cast<double>(layer.parameters);
  return 6 * std::max(1.0, weights) * static_cast<double>(batch);
}

template <class V>
std::string as_bytes(std::span<V> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

/// Numbers that were saved under that name, where there are as many as expected.
template <class V>
bool take_bytes(const std::map<std::string, std::string>& numbers, const std::string& name,
                std::span<V> values) {
  const auto found = numbers.find(name);
  if (found == numbers.end() || found->second.size() != values.size_bytes()) return false;
  if (!values.empty()) std::memcpy(values.data(), found->second.data(), values.size_bytes());
  return true;
}

constexpr const char* kHistogramNumbers = "probe.histograms";
constexpr const char* kUpdateNumbers = "probe.update";

}  // namespace

template <class T>
Instrument<T>::Instrument(const Config& config, const StepPlan& plan, Experiment<T>& experiment)
    : config_(&config), plan_(plan), experiment_(&experiment) {
  const Model& model = experiment.model;
  const Index batch = std::min(config.training.batch_size, experiment.data.train.size());
  const Index samples = std::min(kProbeSamples, experiment.data.train.size());
  const double step = step_cost(model, batch);
  histogram_every_ =
      probe_distance(config.log.histograms, plan, histogram_cost(model, batch) / step);
  signal_every_ =
      probe_distance(config.log.signal, plan,
                     (signal_cost(model, samples) + step_cost(model, samples) / 3) / step);
  if (histogram_every_ > 0) histograms_.emplace(model);
  if (signal_every_ > 0) signal_.emplace(model);
  if (config.log.update_cosine) update_cosine_.emplace(experiment.parameters);
  if (config.log.film && plan.log_every > 0 && can_be_filmed(experiment.data.preprocessing)) {
    film_.emplace(experiment.data.preprocessing, experiment.data.train, config.loss);
  }
  if (signal_) {
    tape_.emplace(model.graph, experiment.parameters,
                  TapeOptions{.max_batch = samples, .mode = TapeMode::evaluate});
    indices_.resize(static_cast<std::size_t>(samples));
    std::iota(indices_.begin(), indices_.end(), Index{0});
  }
}

template <class T>
void Instrument<T>::observe_gradients(const RunState& state, const Tape<T>& tape, LogWriter& log) {
  if (!histograms_ || state.step % histogram_every_ != 0) return;
  histograms_->observe(tape, experiment_->parameters);
  log.write_histograms(state, histograms_->records());
}

template <class T>
void Instrument<T>::before_update() {
  if (update_cosine_) update_cosine_->before(experiment_->parameters);
}

template <class T>
std::optional<double> Instrument<T>::after_update() {
  return update_cosine_ ? update_cosine_->after(experiment_->parameters) : std::nullopt;
}

/// The first samples of the training part, always the same.
template <class T>
void Instrument<T>::fill_probe_batch() {
  fill_batch<T>(*tape_, experiment_->model, experiment_->data.train, indices_,
                experiment_->class_weights);
  tape_->forward({.mode = Mode::evaluate, .sample_indices = indices_});
}

template <class T>
void Instrument<T>::between_steps(const RunState& state, Evaluator<T>& evaluator, LogWriter& log) {
  if (signal_ && state.step % signal_every_ == 0) {
    fill_probe_batch();
    signal_->observe(*tape_);
    log.write_signal(state, signal_->records());
  }
  if (film_ && state.step == 0) {
    film_->write_header(log.film().pending());
    film_->write_frame(log.film().pending(), 0, 0, evaluator);
  }
}

template <class T>
std::optional<std::uint64_t> Instrument<T>::total_epochs() const {
  if (!plan_.total_steps) return std::nullopt;
  return (*plan_.total_steps + plan_.batches - 1) / plan_.batches;
}

template <class T>
void Instrument<T>::write_frame(RunState& state, Evaluator<T>& evaluator, LogWriter& log) {
  if (log.film().size() == 0) film_->write_header(log.film().pending());
  film_->write_frame(log.film().pending(), state.step, state.epoch, evaluator);
  state.filmed_step = state.step;
}

template <class T>
void Instrument<T>::end_epoch(RunState& state, Evaluator<T>& evaluator, LogWriter& log) {
  if (film_ && film_due(state.epoch + 1, total_epochs())) write_frame(state, evaluator, log);
}

template <class T>
void Instrument<T>::end(RunState& state, Evaluator<T>& evaluator, LogWriter& log) {
  if (film_ && state.filmed_step != state.step) write_frame(state, evaluator, log);
}

template <class T>
void Instrument<T>::save(std::map<std::string, std::string>& numbers) {
  if (histograms_) numbers[kHistogramNumbers] = as_bytes(histograms_->ranges());
  if (update_cosine_) numbers[kUpdateNumbers] = as_bytes(update_cosine_->previous());
}

template <class T>
void Instrument<T>::restore(const std::map<std::string, std::string>& numbers) {
  if (histograms_) {
    std::vector<double> ranges(histograms_->ranges().size());
    if (take_bytes(numbers, kHistogramNumbers, std::span(ranges))) histograms_->restore(ranges);
  }
  if (update_cosine_) take_bytes(numbers, kUpdateNumbers, update_cosine_->previous());
}

template class Instrument<float>;
template class Instrument<double>;

}  // namespace clino
