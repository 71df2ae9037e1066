#pragma once

#include <cstdint>
#include <limits>
#include <memory>

#include "core/options.hpp"

/// \file
/// Learning-rate schedules, with the meaning of PyTorch's schedulers. But for `reduce_on_plateau`
/// a schedule is a pure function of the step; each has its own file in optim/schedules/.

namespace clino {

/// Where in the run a step is. Steps and epochs count from 0.
struct ScheduleContext {
  std::uint64_t step = 0;
  std::uint64_t epoch = 0;
  std::uint64_t total_steps = 1;  ///< of the whole run
};

/// What a schedule carries from epoch to epoch; only `reduce_on_plateau` changes it.
struct ScheduleState {
  double learning_rate = 0;                               ///< as reduced so far
  double best = std::numeric_limits<double>::infinity();  ///< lowest metric observed
  double bad_epochs = 0;                                  ///< since then
  double cooldown = 0;                                    ///< epochs still to wait

  bool operator==(const ScheduleState&) const = default;
};

class Schedule {
 public:
  /// `choice` is complete: its `warmup_steps` is read here, the rest by the schedule itself.
  Schedule(const Choice& choice, double learning_rate);
  Schedule(const Schedule&) = delete;
  Schedule& operator=(const Schedule&) = delete;
  virtual ~Schedule() = default;

  /// The learning rate of a step. With warm-up over W steps the first W are scaled by
  /// (step + 1) / W, and schedules that count steps begin after them: they see step - W of
  /// total_steps - W. Schedules that count epochs see the run's epochs.
  double learning_rate(const ScheduleContext& context) const;

  /// To be told the validation loss (of the training part where there is no validation) at each
  /// epoch's end, before the next epoch's first step.
  virtual void observe(double /*metric*/) {}

  const ScheduleState& state() const { return state_; }
  void restore(const ScheduleState& state) { state_ = state; }

 protected:
  /// The rate without warm-up.
  virtual double scheduled(const ScheduleContext& context) const = 0;

  double base() const { return base_; }
  ScheduleState state_;

 private:
  double base_ = 0;
  std::uint64_t warmup_steps_ = 0;
};

/// All schedules with their options.
const Catalogue& schedule_catalogue();

/// Builds the schedule that `choice` names around the optimiser's `learning_rate`; absent options
/// take their defaults. Throws `UsageError` on an unknown name or option and on a value out of
/// range.
std::unique_ptr<Schedule> make_schedule(const Choice& choice, double learning_rate);

}  // namespace clino
