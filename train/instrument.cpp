#include "train/instrument.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "train/batch.hpp"

namespace clino {

namespace {

/// Floating-point operations of a training step: two for each weight and sample forward, four back.
double step_cost(const Model& model, Index batch) {
  return 6 * std::max(1.0, static_cast<double>(model.parameters())) * static_cast<double>(batch);
}

/// A picture through time needs some, whatever they cost: that is felt in short runs only.
constexpr std::uint64_t kFewestHistograms = 5;
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
  histogram_every_ = probe_distance(config.log.histograms, plan,
                                    histogram_cost(model, batch) / step, kFewestHistograms);
  signal_every_ =
      probe_distance(config.log.signal, plan,
                     (signal_cost(model, samples) + step_cost(model, samples) / 3) / step);
  jacobian_every_ = probe_distance(
      config.log.jacobian, plan, jacobian_cost(model, std::min(kJacobianSamples, samples)) / step);
  if (histogram_every_ > 0) histograms_.emplace(model);
  if (signal_every_ > 0) signal_.emplace(model);
  if (config.log.update_cosine) update_cosine_.emplace(experiment.parameters);
  if (config.log.film && plan.log_every > 0 && can_be_filmed(experiment.data.preprocessing)) {
    film_.emplace(experiment.data.preprocessing, experiment.data.train, config.loss);
  }
  if (config.log.units && plan.log_every > 0) {
    units_.emplace(model, config.log.saturation_threshold);
  }
  if (signal_ || units_) {
    const Index most = units_ ? std::min(kScanBatch, experiment.data.train.size()) : samples;
    tape_.emplace(model.graph, experiment.parameters,
                  TapeOptions{.max_batch = most, .mode = TapeMode::evaluate});
    fill_ = [this](std::span<const Index> indices) { fill(indices); };
    probe_samples_.resize(static_cast<std::size_t>(samples));
    std::iota(probe_samples_.begin(), probe_samples_.end(), Index{0});
  }
}

template <class T>
void Instrument<T>::observe_layers(const RunState& state, const LayerProbe<T>& probe,
                                   LogWriter& log) {
  if (units_) units_->observe_step(state, probe, log);
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

template <class T>
void Instrument<T>::fill(std::span<const Index> samples) {
  fill_batch<T>(*tape_, experiment_->model, experiment_->data.train, samples,
                experiment_->class_weights);
}

template <class T>
void Instrument<T>::scan(ScanMoment moment, const RunState& state, LogWriter& log) {
  if (!units_) return;
  const ScanNet<T> net{.tape = *tape_,
                       .parameters = experiment_->parameters,
                       .fill = fill_,
                       .samples = experiment_->data.train.size()};
  const auto batch = static_cast<std::uint64_t>(
      std::min(config_->training.batch_size, experiment_->data.train.size()));
  std::uint64_t planned = 0;
  if (__builtin_mul_overflow(plan_.total_steps.value_or(0), batch, &planned)) {
    planned = std::numeric_limits<std::uint64_t>::max();
  }
  units_->scan(moment, state, planned, net, log);
}

template <class T>
void Instrument<T>::write_signal(const RunState& state, LogWriter& log) {
  fill(probe_samples_);
  tape_->forward({.mode = Mode::evaluate, .sample_indices = probe_samples_});
  signal_->observe(*tape_);
  log.write_signal(state, signal_->records());
}

template <class T>
void Instrument<T>::write_jacobian(const RunState& state, LogWriter& log) {
  const Index samples = std::min(kJacobianSamples, experiment_->data.train.size());
  const auto fill = [&](Tape<T>& tape, Index number) {
    // Evenly from the whole part, which may be sorted by class.
    const Index sample = number * experiment_->data.train.size() / samples;
    fill_batch<T>(tape, experiment_->model, experiment_->data.train, std::span(&sample, 1),
                  experiment_->class_weights);
  };
  log.write_jacobian(
      state, jacobian_spectra<T>(experiment_->model, experiment_->parameters, samples, fill));
}

template <class T>
void Instrument<T>::between_steps(RunState& state, Evaluator<T>& evaluator, LogWriter& log) {
  if (state.batch == 0) {
    scan(state.step == 0 ? ScanMoment::start : ScanMoment::epoch_end, state, log);
  }
  if (signal_ && state.step % signal_every_ == 0) write_signal(state, log);
  if (jacobian_every_ > 0 && state.step % jacobian_every_ == 0) write_jacobian(state, log);
  if (film_ && state.step == 0) write_frame(state, evaluator, log);
}

template <class T>
std::optional<std::uint64_t> Instrument<T>::total_epochs() const {
  if (!plan_.total_steps) return std::nullopt;
  return (*plan_.total_steps + plan_.batches - 1) / plan_.batches;
}

template <class T>
void Instrument<T>::write_frame(RunState& state, Evaluator<T>& evaluator, LogWriter& log) {
  if (log.film().empty()) film_->write_header(log.film().pending());
  film_->write_frame(log.film().pending(), state.step, state.epoch, evaluator);
  state.filmed_step = state.step;
}

template <class T>
void Instrument<T>::end_epoch(RunState& state, Evaluator<T>& evaluator, LogWriter& log) {
  if (film_ && film_due(state.epoch + 1, total_epochs())) write_frame(state, evaluator, log);
}

template <class T>
void Instrument<T>::end(RunState& state, Evaluator<T>& evaluator, LogWriter& log) {
  scan(ScanMoment::run_end, state, log);
  if (signal_) write_signal(state, log);
  if (jacobian_every_ > 0) write_jacobian(state, log);
  if (film_ && state.filmed_step != state.step) write_frame(state, evaluator, log);
}

template <class T>
std::size_t Instrument<T>::bytes() {
  std::size_t bytes = tape_ ? tape_->bytes() : 0;
  if (histograms_) bytes += histograms_->records().size_bytes();
  if (units_) bytes += units_->bytes();
  if (update_cosine_) bytes += 2 * update_cosine_->previous().size_bytes();
  // These hold nothing between their observations, which come one after the other.
  const Model& model = experiment_->model;
  const std::size_t signal = signal_ ? signal_bytes(model, std::ssize(probe_samples_)) : 0;
  const std::size_t jacobian = jacobian_every_ > 0 ? jacobian_bytes<T>(model) : 0;
  return bytes + std::max(signal, jacobian);
}

template <class T>
void Instrument<T>::save(ProbeNumbers& numbers) {
  if (histograms_) numbers[kHistogramNumbers] = NumberBytes::of(histograms_->ranges());
  if (units_) units_->save(numbers);
  if (update_cosine_) numbers[kUpdateNumbers] = NumberBytes::of(update_cosine_->previous());
}

template <class T>
void Instrument<T>::restore(const ProbeNumbers& numbers) {
  if (histograms_) {
    std::vector<double> ranges(histograms_->ranges().size());
    if (take_bytes(numbers, kHistogramNumbers, std::span(ranges))) histograms_->restore(ranges);
  }
  if (units_) units_->restore(numbers);
  if (update_cosine_) take_bytes(numbers, kUpdateNumbers, update_cosine_->previous());
}

template class Instrument<float>;
template class Instrument<double>;

}  // namespace clino
