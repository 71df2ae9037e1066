#pragma once

#include <cmath>

#include "optim/schedule.hpp"
#include "optim/schedules/options.hpp"

namespace clino {

/// rate = base gamma^floor(epoch / step_size)                     (PyTorch's StepLR)
class StepSchedule final : public Schedule {
 public:
  static constexpr const char* kName = "step";
  static CatalogueEntry entry() {
    return {.name = kName,
            .summary = "times gamma every step_size epochs",
            .options = schedule_options({{.name = "step_size",
                                          .types = kInteger,
                                          .default_value = {},
                                          .description = "epochs from one drop to the next",
                                          .range = kCount,
                                          .required = true},
                                         {.name = "gamma",
                                          .default_value = 0.1,
                                          .description = "factor of a drop",
                                          .range = kPositive}})};
  }

  StepSchedule(const Choice& choice, double learning_rate)
      : Schedule(choice, learning_rate),
        step_size_(static_cast<std::uint64_t>(choice.get<std::int64_t>("step_size"))),
        gamma_(choice.get<double>("gamma")) {}

 private:
  double scheduled(const ScheduleContext& context) const override {
    const std::uint64_t drops = context.epoch / step_size_;
    return base() * std::pow(gamma_, static_cast<double>(drops));
  }

  std::uint64_t step_size_;
  double gamma_;
};

}  // namespace clino
