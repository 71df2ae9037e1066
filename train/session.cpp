#include "train/session.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>
#include <utility>

#include "core/random.hpp"
#include "layers/losses.hpp"
#include "optim/clip.hpp"
#include "train/batch.hpp"
#include "train/stop_reason.hpp"

namespace clino {

namespace {

/// The outputs of all layers: the log wants their gradients, though no weights may lie behind them.
std::vector<Var> outputs(const Model& model) {
  std::vector<Var> vars;
  for (const Layer& layer : model.layers) vars.push_back(layer.output);
  return vars;
}

/// Gradients that pass by are enough for training and its log.
enum class Gradients { passing, kept };

template <class T>
Tape<T> training_tape(const Config& config, Experiment<T>& experiment, ThreadTeam* team,
                      Gradients gradients) {
  TapeOptions options{
      .max_batch = std::min(config.training.batch_size, experiment.data.train.size()),
      .gradient_of = outputs(experiment.model),
      .replaces_gradients = true,
      .team = team};
  if (gradients == Gradients::passing) options.backward_from = experiment.model.loss;
  return Tape<T>(experiment.model.graph, experiment.parameters, options);
}

}  // namespace

template <class T>
Session<T>::Session(const Config& config, Experiment<T>& experiment, ThreadTeam* team)
    : config_(&config),
      experiment_(&experiment),
      team_(team),
      kind_(target_kind(config.loss.type)),
      plan_(plan_steps(config, experiment.data.train.size())),
      tape_(training_tape(config, experiment, team, Gradients::passing)),
      optimizer_(make_optimizer<T>(config.optimizer.method,
                                   static_cast<Index>(experiment.parameters.values().size()))),
      schedule_(make_schedule(config.optimizer.schedule, config.optimizer.learning_rate)),
      evaluator_(experiment.model, experiment.parameters, kind_, experiment.class_weights, team,
                 evaluation_batch(experiment.data)),
      probe_(experiment.model, experiment.parameters, config.log.saturation_threshold),
      instrument_(config, plan_, experiment),
      gradient_norm_(experiment.parameters.values().size()),
      order_(static_cast<std::size_t>(experiment.data.train.size())),
      update_squares_(experiment.parameters.segments().size()),
      buffers_before_(experiment.parameters.buffers().size()) {
  state_.schedule = schedule_->state();
}

template <class T>
bool Session<T>::limit_reached() const {
  return plan_.total_steps && state_.step >= *plan_.total_steps;
}

/// The order of an epoch is a function of the seed and the epoch: a resumed run finds the same.
template <class T>
void Session<T>::begin_epoch() {
  std::iota(order_.begin(), order_.end(), Index{0});
  if (config_->training.shuffle) {
    Random(config_->seed, stream_id("shuffle"), static_cast<std::uint32_t>(state_.epoch))
        .shuffle(order_);
  }
  ordered_epoch_ = state_.epoch;
}

template <class T>
std::span<const Index> Session<T>::samples_of(std::uint64_t batch) const {
  const std::span<const Index> order(order_);
  const auto size = static_cast<std::size_t>(tape_.max_batch());
  const std::size_t first = std::min(static_cast<std::size_t>(batch) * size, order.size());
  return order.subspan(first, std::min(size, order.size() - first));
}

template <class T>
StepRecord Session<T>::measure(const StepContext& context, bool observed) {
  const ScheduleContext place{
      .step = state_.step,
      .epoch = state_.epoch,
      .total_steps = plan_.total_steps.value_or(std::numeric_limits<std::uint64_t>::max())};
  state_.last_rate = schedule_->learning_rate(place);
  // Clipping goes by the norm, whose last bit must not depend on whether a step is logged.
  const bool from_records = observed && !config_->training.clip_norm;
  const double grad_norm = from_records
                               ? probe_.grad_norm()
                               : gradient_norm_(parameters().gradients(), team_, tape_.threads());
  return {.step = context.step,
          .epoch = context.epoch,
          .loss = static_cast<double>(tape_.value(model().loss).data[0]),
          .learning_rate = state_.last_rate,
          .grad_norm = grad_norm,
          .clipped_grad_norm = grad_norm};
}

template <class T>
void Session<T>::clip(StepRecord& record, bool logged) {
  const TrainingConfig& training = config_->training;
  if (training.clip_norm) {
    record.clip_scale =
        clip_by_norm(parameters().gradients(), record.grad_norm, *training.clip_norm);
  }
  if (training.clip_value) clip_by_value(parameters().gradients(), *training.clip_value);
  const bool clips = training.clip_norm || training.clip_value;
  if (logged && clips) {
    record.clipped_grad_norm = gradient_norm_(parameters().gradients(), team_, tape_.threads());
  }
}

/// Sums of squares, if there is room for them, are taken in one thread.
template <class T>
void Session<T>::update(const StepRecord& record, std::span<double> squares) {
  const UpdateContext context{.learning_rate = record.learning_rate, .step = state_.step};
  const Index threads = tape_.threads();
  if (threads == 1 || !squares.empty()) {
    optimizer_->update(context, parameters().values(), parameters().gradients(),
                       parameters().segments(), squares);
    return;
  }
  team_->run(threads, [&](Share share) {
    optimizer_->update_share(context, parameters().values(), parameters().gradients(), share);
  });
}

template <class T>
StepContext Session<T>::pass(std::span<const Index> indices, bool observed) {
  const Model& net = model();
  StepContext context{.mode = Mode::train,
                      .seed = config_->seed,
                      .epoch = state_.epoch,
                      .step = state_.step,
                      .sample_indices = indices};
  context.normalizer = fill_batch(tape_, net, experiment_->data.train, indices,
                                  experiment_->class_weights, samples_of(state_.batch + 1));
  if (net.teacher.valid()) experiment_->teacher.fill(indices, tape_.input(net.teacher));
  std::ranges::copy(parameters().buffers(), buffers_before_.begin());
  if (observed) probe_.begin(tape_, parameters());
  TapeVisitor* const visitor = observed ? probe_.visitor() : nullptr;
  tape_.forward(context, {}, visitor);
  tape_.backward(net.loss, visitor);
  if (observed) probe_.finish();
  return context;
}

template <class T>
void Session<T>::pass_again(std::span<const Index> indices) {
  std::ranges::copy(buffers_before_, parameters().buffers().begin());
  tape_ = training_tape(*config_, *experiment_, team_, Gradients::kept);
  (void)pass(indices, false);
}

template <class T>
std::string Session<T>::step(LogWriter* log) {
  if (ordered_epoch_ != state_.epoch) begin_epoch();
  const std::span<const Index> indices = samples_of(state_.batch);
  const Model& net = model();
  const bool logs = log != nullptr && plan_.log_every > 0;
  const bool due = logs && plan_.log_due(state_.step);
  const StepContext context = pass(indices, due);
  StepRecord record = measure(context, due);
  const bool finite = std::isfinite(record.loss) && std::isfinite(record.grad_norm);
  if (!finite && !tape_.keeps_gradients()) pass_again(indices);
  const bool logged = due || (logs && !finite);
  if (logged && !due) probe_.observe(tape_, parameters());
  if (logged) {
    instrument_.observe_layers(state_, probe_, *log);
    logged_step_ = state_.step;
  }
  if (log != nullptr) instrument_.observe_gradients(state_, tape_, *log);
  if (finite) {
    clip(record, logged);
    instrument_.before_update();
    update(record, logged ? std::span(update_squares_) : std::span<double>{});
    record.update_cosine = instrument_.after_update();
    if (logged) probe_.observe_update(update_squares_);
  }
  if (logged) log->write_step(record, probe_.records());
  if (!finite) {
    nonfinite_origin_ = find_nonfinite_origin(net, tape_);
    std::ranges::copy(buffers_before_, parameters().buffers().begin());
    return nonfinite_reason(record, nonfinite_origin_);
  }

  state_.epoch_sums.add(static_cast<double>(tape_.value(net.target_loss).data[0]),
                        context.normalizer,
                        count_correct(kind_, tape_.value(net.prediction), tape_.value(net.target)),
                        std::ssize(indices));
  state_.samples += indices.size();
  ++state_.batch;
  ++state_.step;
  return {};
}

template <class T>
std::string Session<T>::end_epoch(LogWriter* log) {
  state_.last_train = state_.epoch_sums.metrics(kind_);
  if (log != nullptr) log->write_metrics(state_, "train", *state_.last_train);
  std::string reason;
  if (!experiment_->data.validation.empty()) {
    state_.last_validation = evaluator_.evaluate(experiment_->data.validation);
    if (log != nullptr) log->write_metrics(state_, "validation", *state_.last_validation);
    keep_best(*state_.last_validation);
    reason = watch(*state_.last_validation);
  }
  if (log != nullptr) instrument_.end_epoch(state_, evaluator_, *log);
  schedule_->observe((state_.last_validation ? *state_.last_validation : *state_.last_train).loss);
  state_.epoch_sums = {};
  state_.batch = 0;
  ++state_.epoch;
  return reason;
}

template <class T>
std::string Session<T>::nonfinite_end() {
  const auto values = std::as_const(experiment_->parameters).values();
  if (!std::isfinite(norm<T>(values))) {
    nonfinite_origin_ = find_nonfinite_origin(model(), tape_);
    return "the weights are not finite after the last step";
  }
  const auto bad = [](const std::optional<Metrics>& m) { return m && !std::isfinite(m->loss); };
  const std::string epoch = " of epoch " + std::to_string(state_.epoch - 1) + " is not finite";
  if (bad(state_.last_validation)) return "the validation loss" + epoch;
  if (bad(state_.last_train)) return "the training loss" + epoch;
  return {};
}

template <class T>
void Session<T>::keep_best(const Metrics& validation) {
  if (!std::isfinite(validation.loss)) return;
  if (has_best() && validation.loss >= state_.best.loss) return;
  state_.best = validation;
  state_.best_epoch = static_cast<std::int64_t>(state_.epoch);
  state_.best_step = state_.step;
  const auto values = parameters().values();
  const auto buffers = parameters().buffers();
  best_parameters_.assign(values.begin(), values.end());
  best_buffers_.assign(buffers.begin(), buffers.end());
}

template <class T>
std::string Session<T>::watch(const Metrics& validation) {
  const auto& stopping = config_->training.early_stopping;
  if (!stopping) return {};
  const bool by_accuracy = stopping->metric == "accuracy";
  const double value = by_accuracy ? validation.accuracy.value_or(0) : -validation.loss;
  const bool first = state_.epoch == 0;
  if (first || value > state_.watched) {
    state_.watched = value;
    state_.epochs_without_gain = 0;
    return {};
  }
  if (++state_.epochs_without_gain < stopping->patience) return {};
  return "stopped early: validation " + stopping->metric + " has not improved for " +
         std::to_string(state_.epochs_without_gain) + " epochs";
}

template <class T>
void Session<T>::swap_best() {
  std::ranges::swap_ranges(best_parameters_, parameters().values());
  std::ranges::swap_ranges(best_buffers_, parameters().buffers());
}

template <class T>
std::optional<Metrics> Session<T>::test(LogWriter& log) {
  if (experiment_->data.test.empty()) return std::nullopt;
  Metrics metrics;
  const auto evaluate = [&] { metrics = evaluator_.evaluate(experiment_->data.test); };
  if (has_best()) {
    with_best(evaluate);
  } else {
    evaluate();
  }
  log.write_metrics(state_, "test", metrics);
  return metrics;
}

template class Session<float>;
template class Session<double>;

}  // namespace clino
