#pragma once

#include <cmath>

#include "optim/schedule.hpp"
#include "optim/schedules/options.hpp"

namespace clino {

/// rate = base gamma^epoch                                        (PyTorch's ExponentialLR)
class ExponentialSchedule final : public Schedule {
 public:
  static constexpr const char* kName = "exponential";
  static CatalogueEntry entry() {
    return {.name = kName,
            .summary = "times gamma every epoch",
            .options = schedule_options({{.name = "gamma",
                                          .default_value = {},
                                          .description = "factor from one epoch to the next",
                                          .range = kPositive,
                                          .required = true}})};
  }

  ExponentialSchedule(const Choice& choice, double learning_rate)
      : Schedule(choice, learning_rate), gamma_(choice.get<double>("gamma")) {}

 private:
  double scheduled(const ScheduleContext& context) const override {
    return base() * std::pow(gamma_, static_cast<double>(context.epoch));
  }

  double gamma_;
};

}  // namespace clino
