#pragma once

#include <algorithm>

#include "optim/schedule.hpp"
#include "optim/schedules/annealing.hpp"
#include "optim/schedules/options.hpp"

namespace clino {

/// rate = minimum + (base - minimum) (1 + cos(pi step / total)) / 2
/// (Loshchilov and Hutter 2017, without restarts; PyTorch's CosineAnnealingLR, stepped every step)
class CosineSchedule final : public Schedule {
 public:
  static constexpr const char* kName = "cosine";
  static CatalogueEntry entry() {
    return {.name = kName,
            .summary = "half a cosine down to a minimum over the whole run, step by step",
            .options = schedule_options({{.name = "minimum",
                                          .default_value = 0.0,
                                          .description = "rate at the end of the run",
                                          .range = kNonNegative}})};
  }

  CosineSchedule(const Choice& choice, double learning_rate)
      : Schedule(choice, learning_rate), minimum_(choice.get<double>("minimum")) {}

 private:
  double scheduled(const ScheduleContext& context) const override {
    const auto total = static_cast<double>(context.total_steps);
    const double step = std::min(static_cast<double>(context.step), total);
    return cosine_between(base(), minimum_, step / total);
  }

  double minimum_;
};

}  // namespace clino
