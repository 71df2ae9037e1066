#include "train/trainer.hpp"

#include <algorithm>

#include "core/content_hash.hpp"
#include "core/errors.hpp"
#include "core/kernels/flush_to_zero.hpp"
#include "layers/activations/activation.hpp"
#include "train/atomic_file.hpp"
#include "train/clocks.hpp"
#include "train/preprocessing_json.hpp"
#include "train/resume_point.hpp"
#include "train/run_summary.hpp"
#include "train/session.hpp"
#include "train/weights.hpp"

namespace clino {

namespace {

namespace fs = std::filesystem;

constexpr double kSecondsBetweenProgress = 0.1;
/// For those who look at a run while it trains.
constexpr double kSecondsBetweenFlushes = 1;

/// One run: a session with its directory.
template <class T>
class Run {
 public:
  explicit Run(const TrainRequest& request)
      : request_(request),
        experiment_(make_experiment<T>(request.config)),
        team_(ThreadTeam::available(request.threads)),
        session_(request.config, experiment_, &team_),
        config_hash_(config_hash(request.config)),
        data_hash_(to_hex(experiment_.data.hash)),
        learned_hash_(learned_hash()) {}

  /// `checkpoint` is where the run goes on; without one it begins.
  TrainResult run(std::optional<Checkpoint> checkpoint) {
    if (checkpoint) restore(std::move(*checkpoint));
    log_.emplace(request_.directory, session_.model(), session_.state().log_sizes,
                 request_.config.log.update_cosine, team_.size() > 1);
    write_description();
    if (request_.started) request_.started();
    train();
    finish();
    return std::move(result_);
  }

 private:
  std::string learned_hash() const {
    if (experiment_.teacher.empty()) return data_hash_;
    return to_hex(experiment_.data.hash ^ experiment_.teacher.hash());
  }

  fs::path file(const char* name) const { return request_.directory / name; }

  void restore(Checkpoint checkpoint) {
    if (checkpoint.data_hash != learned_hash_) {
      throw UsageError(file(run_files::kCheckpoint).string() + " belongs to a run on other data" +
                       (experiment_.teacher.empty() ? "" : " or with another teacher") +
                       ": they have changed since");
    }
    session_.restore(std::move(checkpoint.state));
  }

  void write_description() {
    write_atomically(file(run_files::kConfig).string(), resolved_json(request_.config));
    write_atomically(file(run_files::kPreprocessing).string(),
                     preprocessing_json(experiment_.data.preprocessing));
  }

  void train() {
    Interval progress(kSecondsBetweenProgress);
    Interval flush(kSecondsBetweenFlushes);
    Interval checkpoint(request_.config.checkpoint.every_seconds);
    SparingClock clock;
    stopwatch_.resume();
    while (!session_.limit_reached()) {
      session_.look(*log_);
      result_.message = session_.step(&*log_);
      if (!result_.message.empty()) {
        result_.status = RunStatus::failed;
        break;
      }
      if (session_.epoch_ended() && !end_epoch()) break;
      if (request_.stop != nullptr && *request_.stop != 0) {
        result_.status = RunStatus::interrupted;
        break;
      }
      if (out_of_time()) break;
      const std::optional<Clock::time_point> now = clock.look();
      if (!now) continue;
      if (progress.passed(*now)) report_progress();
      if (flush.passed(*now)) log_->flush();
      if (checkpoint.passed(*now)) paused([&] { save_checkpoint(); });
    }
    take_time();
  }

  /// Brings the seconds of the training loop up to now.
  void take_time() { session_.state().seconds += stopwatch_.lap(); }

  /// Runs something that is not training, off the clock.
  template <class Action>
  void paused(const Action& action) {
    take_time();
    action();
    stopwatch_.resume();
  }

  /// Whether training goes on.
  bool end_epoch() {
    std::string reason;
    paused([&] {
      reason = session_.end_epoch(&*log_);
      result_.message = session_.nonfinite_end();
    });
    if (!result_.message.empty()) {
      result_.status = RunStatus::failed;
      return false;
    }
    if (reason.empty()) return true;
    result_.status = RunStatus::early_stopped;
    result_.message = reason;
    return false;
  }

  bool out_of_time() {
    const auto& limit = request_.config.training.max_seconds;
    if (!limit) return false;
    take_time();
    return session_.state().seconds >= *limit;
  }

  void report_progress() {
    if (!request_.progress) return;
    take_time();
    const RunState& state = session_.state();
    Progress progress{.epoch = state.epoch,
                      .epochs = request_.config.training.epochs,
                      .step = state.step,
                      .total_steps = session_.total_steps(),
                      .train = state.epoch_sums.samples > 0
                                   ? state.epoch_sums.metrics(session_.kind())
                                   : session_.last_train().value_or(Metrics{}),
                      .validation = session_.last_validation(),
                      .samples_per_second = rate(state),
                      .seconds_left = std::nullopt};
    if (progress.total_steps && state.step > 0) {
      progress.seconds_left = state.seconds / static_cast<double>(state.step) *
                              static_cast<double>(*progress.total_steps - state.step);
    }
    request_.progress(progress);
  }

  static double rate(const RunState& state) {
    return state.seconds > 0 ? static_cast<double>(state.samples) / state.seconds : 0;
  }

  void save_checkpoint() {
    log_->flush();
    session_.state().log_sizes = log_->sizes();
    write_checkpoint(file(run_files::kCheckpoint).string(),
                     {config_hash_, learned_hash_, session_.snapshot()});
  }

  /// What a run leaves behind, however it ended.
  void finish() {
    const auto ended_by_itself = [&] {
      return result_.status == RunStatus::completed || result_.status == RunStatus::early_stopped;
    };
    if (ended_by_itself() && session_.state().epoch_sums.samples > 0) end_epoch();
    if (ended_by_itself()) {
      session_.end(*log_);
      result_.test = session_.test(*log_);
    }
    save_weights(file(run_files::kModel).string(), session_.parameters());
    if (session_.has_best()) {
      session_.with_best(
          [&] { save_weights(file(run_files::kBest).string(), session_.parameters()); });
    }
    session_.state().finished = ended_by_itself();
    session_.state().status = to_text(result_.status);
    log_->flush();
    describe();
    write_summary(request_.directory, result_, session_.state(), hashes());
    // Last of all: a checkpoint that says "finished" promises that everything else is there. A run
    // that failed keeps its last good one, to be resumed from there.
    if (result_.status != RunStatus::failed) save_checkpoint();
  }

  RunHashes hashes() {
    return {
        .config = config_hash_, .data = data_hash_, .weights = weights_hash(session_.parameters())};
  }

  void describe() {
    const RunState& state = session_.state();
    result_.remarks = experiment_.data.remarks;
    result_.train_samples = experiment_.data.train.size();
    result_.validation_samples = experiment_.data.validation.size();
    result_.test_samples = experiment_.data.test.size();
    result_.epochs = state.epoch;
    result_.steps = state.step;
    result_.seconds = state.seconds;
    result_.samples_per_second = rate(state);
    result_.train = session_.last_train();
    result_.validation = session_.last_validation();
    result_.parameters = static_cast<Index>(session_.parameters().values().size());
    result_.memory = session_.memory();
    result_.memory.program = program_;
    result_.memory.peak_loading = peak_loading_;
    result_.memory.log = log_->bytes();
    result_.logged_step = session_.logged_step();
    result_.first_nonfinite = session_.nonfinite_origin();
    const auto records = session_.probe().records();
    for (std::size_t i = 0; i < records.size(); ++i) {
      const Layer& layer = session_.model().layers[i];
      const Activation* activation = layer.activation.get();
      const bool elementwise = activation != nullptr && activation->elementwise();
      result_.layers.push_back({.name = layer.name,
                                .type = layer.type,
                                .inputs = layer.inputs,
                                .outputs = layer.outputs,
                                .parameters = layer.parameters,
                                .learned = layer.weight.valid(),
                                .elementwise = elementwise,
                                .piecewise_linear = elementwise && activation->piecewise_linear(),
                                .record = records[i]});
    }
  }

  const TrainRequest& request_;
  std::uint64_t program_ = resident_bytes();  ///< before what follows
  Experiment<T> experiment_;
  std::uint64_t peak_loading_ = peak_resident_bytes();
  ThreadTeam team_;
  Session<T> session_;
  std::string config_hash_;
  std::string data_hash_;
  std::string learned_hash_;  ///< of all that is learned from: the data, the teacher's answers
  std::optional<LogWriter> log_;
  Stopwatch stopwatch_;
  TrainResult result_;
};

}  // namespace

std::string to_text(RunStatus status) {
  switch (status) {
    case RunStatus::completed:
      return "completed";
    case RunStatus::early_stopped:
      return "early_stopped";
    case RunStatus::interrupted:
      return "interrupted";
    case RunStatus::failed:
      return "failed";
  }
  return "unknown";
}

TrainResult train(const TrainRequest& request) {
  const kernels::FlushToZero flush(request.config.flush_to_zero);
  require_other_directory(request.config, request.directory);
  std::optional<Checkpoint> checkpoint = find_checkpoint(request);
  if (checkpoint && checkpoint->state.finished) {
    TrainResult result;
    result.already_finished = true;
    return result;
  }
  const auto run = [&]<class T>(T /*element*/) {
    Run<T> training(request);  // what can fail before anything is removed, fails here
    const RunDirectoryLock lock = prepare_run_directory(request.directory, request.occupied);
    return training.run(std::move(checkpoint));
  };
  if (request.config.dtype == DType::float64) return run(double{});
  return run(float{});
}

}  // namespace clino
