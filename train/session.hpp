#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/tape.hpp"
#include "optim/optimizer.hpp"
#include "optim/schedule.hpp"
#include "probe/layer_probe.hpp"
#include "probe/nonfinite_origin.hpp"
#include "train/experiment.hpp"
#include "train/gradient_norm.hpp"
#include "train/instrument.hpp"
#include "train/log_writer.hpp"
#include "train/memory_use.hpp"
#include "train/run_state.hpp"
#include "train/step_plan.hpp"

namespace clino {

/// The moving parts of one run: takes steps, ends epochs, and turns itself into a `RunState` and
/// back. Knows of no files but the logs it is given.
template <class T>
class Session {
 public:
  /// `config` and `experiment` must outlive the session.
  /// `team` too; without one everything is done in the calling thread, with the same result.
  Session(const Config& config, Experiment<T>& experiment, ThreadTeam* team = nullptr);

  /// Before a step: probes that need passes of their own through the net.
  void look(LogWriter& log) { instrument_.between_steps(state_, evaluator_, log); }
  /// Takes one step: gathers a batch, forward, backward, observe, clip, update. Allocates nothing.
  /// Where the loss or the gradient is not finite, the weights are left untouched, the step is
  /// logged, and the answer is why; it is empty otherwise. Running statistics count as weights. To
  /// tell why takes memory, and the step's time once more.
  std::string step(LogWriter* log);

  bool epoch_ended() const { return state_.batch == plan_.batches; }
  /// The limit on steps or epochs is reached.
  bool limit_reached() const;
  /// Evaluates, logs the epoch's metrics, keeps the best weights, tells the schedule. Returns why
  /// training should stop early, or "". Without a log, as in `step`, nobody looks at the units.
  std::string end_epoch(LogWriter* log);
  /// When the run has ended by itself: the last look.
  void end(LogWriter& log) { instrument_.end(state_, evaluator_, log); }
  /// Evaluates the test part with the best weights, or with the last where there are none.
  std::optional<Metrics> test(LogWriter& log);

  /// What it holds, the program and the log left out.
  MemoryUse memory();
  /// The whole state, with a view of the numbers until the next step; and back.
  RunState snapshot();
  void restore(RunState state);

  RunState& state() { return state_; }
  const Model& model() const { return experiment_->model; }
  Parameters<T>& parameters() { return experiment_->parameters; }
  /// What is not finite after the last update, which no step looks at any more: the weights or a
  /// loss; "" where all is well.
  std::string nonfinite_end();
  /// Where what ended the run came from, if something was not finite.
  const std::optional<NonfiniteOrigin>& nonfinite_origin() const { return nonfinite_origin_; }
  bool has_best() const { return state_.best_epoch >= 0; }
  /// Runs `action` while the best weights stand in the parameters.
  template <class Action>
  void with_best(const Action& action) {
    swap_best();
    action();
    swap_best();
  }

  const LayerProbe<T>& probe() const { return probe_; }
  /// How many threads share a step.
  Index threads() const { return tape_.threads(); }
  std::optional<std::uint64_t> logged_step() const { return logged_step_; }
  std::optional<std::uint64_t> total_steps() const { return plan_.total_steps; }
  const std::optional<Metrics>& last_train() const { return state_.last_train; }
  const std::optional<Metrics>& last_validation() const { return state_.last_validation; }
  TargetKind kind() const { return kind_; }

 private:
  void begin_epoch();
  /// The samples of a batch of the epoch; none behind its end.
  std::span<const Index> samples_of(std::uint64_t batch) const;
  /// Gathers the samples and takes them through the net and back, the probe looking on if the step
  /// is to be `observed`.
  StepContext pass(std::span<const Index> indices, bool observed);
  /// The same step once more, with all that was computed kept for those who look for a fault.
  void pass_again(std::span<const Index> indices);
  /// `observed`: the probe has seen this step.
  StepRecord measure(const StepContext& context, bool observed);
  void clip(StepRecord& record, bool logged);
  void keep_best(const Metrics& validation);
  void swap_best();
  std::string watch(const Metrics& validation);
  std::vector<std::pair<std::string, std::span<T>>> numbers();

  void update(const StepRecord& record, std::span<double> squares);

  const Config* config_;
  Experiment<T>* experiment_;
  ThreadTeam* team_;
  TargetKind kind_;
  StepPlan plan_;

  Tape<T> tape_;
  std::unique_ptr<Optimizer<T>> optimizer_;
  std::unique_ptr<Schedule> schedule_;
  Evaluator<T> evaluator_;
  LayerProbe<T> probe_;
  Instrument<T> instrument_;
  GradientNorm<T> gradient_norm_;

  RunState state_;
  std::vector<Index> order_;  ///< of the samples in the current epoch
  std::uint64_t ordered_epoch_ = ~std::uint64_t{0};
  std::vector<double> update_squares_;
  std::vector<T> buffers_before_;  ///< running statistics as they were before the step
  std::vector<T> best_parameters_;
  std::vector<T> best_buffers_;
  std::optional<std::uint64_t> logged_step_;
  std::optional<NonfiniteOrigin> nonfinite_origin_;
};

}  // namespace clino
