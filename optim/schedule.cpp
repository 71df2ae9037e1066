#include "optim/schedule.hpp"

#include <algorithm>

#include "optim/kind_list.hpp"
#include "optim/schedules/constant.hpp"
#include "optim/schedules/cosine.hpp"
#include "optim/schedules/exponential.hpp"
#include "optim/schedules/one_cycle.hpp"
#include "optim/schedules/reduce_on_plateau.hpp"
#include "optim/schedules/step.hpp"

namespace clino {

using Schedules = KindList<ConstantSchedule, StepSchedule, ExponentialSchedule, CosineSchedule,
                           OneCycleSchedule, ReduceOnPlateauSchedule>;

Schedule::Schedule(const Choice& choice, double learning_rate)
    : state_{.learning_rate = learning_rate},
      base_(learning_rate),
      warmup_steps_(static_cast<std::uint64_t>(choice.get<std::int64_t>("warmup_steps"))) {}

double Schedule::learning_rate(const ScheduleContext& context) const {
  if (warmup_steps_ == 0) return scheduled(context);
  ScheduleContext after_warmup = context;
  after_warmup.step -= std::min(context.step, warmup_steps_);
  after_warmup.total_steps -= std::min(context.total_steps - 1, warmup_steps_);
  const double rate = scheduled(after_warmup);
  if (context.step >= warmup_steps_) return rate;
  return rate * ((static_cast<double>(context.step) + 1) / static_cast<double>(warmup_steps_));
}

const Catalogue& schedule_catalogue() {
  static const Catalogue catalogue = Schedules::catalogue();
  return catalogue;
}

std::unique_ptr<Schedule> make_schedule(const Choice& choice, double learning_rate) {
  const Choice completed = complete(schedule_catalogue(), choice, "schedule");
  std::unique_ptr<Schedule> schedule;
  Schedules::visit(completed.type, [&]<class Kind>() {
    schedule = std::make_unique<Kind>(completed, learning_rate);
  });
  return schedule;
}

}  // namespace clino
