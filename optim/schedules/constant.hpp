#pragma once

#include "optim/schedule.hpp"
#include "optim/schedules/options.hpp"

namespace clino {

/// rate = base
class ConstantSchedule final : public Schedule {
 public:
  static constexpr const char* kName = "constant";
  static CatalogueEntry entry() {
    return {
        .name = kName, .summary = "the learning rate as given", .options = schedule_options({})};
  }

  using Schedule::Schedule;

 private:
  double scheduled(const ScheduleContext& /*context*/) const override { return base(); }
};

}  // namespace clino
