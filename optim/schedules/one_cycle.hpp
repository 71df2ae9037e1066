#pragma once

#include <algorithm>

#include "optim/schedule.hpp"
#include "optim/schedules/annealing.hpp"
#include "optim/schedules/options.hpp"

namespace clino {

/// One cycle (Smith 2018), in two phases of half a cosine as PyTorch's OneCycleLR; the momentum is
/// left alone:
///   peak = pct_start total - 1,  last = total - 1
///   step 0 ... peak:     base / div_factor                  to  base
///   step peak ... last:  base                               to  base / div_factor /
///   final_div_factor
class OneCycleSchedule final : public Schedule {
 public:
  static constexpr const char* kName = "one_cycle";
  static CatalogueEntry entry() {
    return {.name = kName,
            .summary = "up to the learning rate and down far below where it began",
            .options = schedule_options({{.name = "pct_start",
                                          .default_value = 0.3,
                                          .description = "share of the run spent going up",
                                          .range = kUnit},
                                         {.name = "div_factor",
                                          .default_value = 25.0,
                                          .description = "the learning rate over the first rate",
                                          .range = kPositive},
                                         {.name = "final_div_factor",
                                          .default_value = 1e4,
                                          .description = "the first rate over the last",
                                          .range = kPositive}})};
  }

  OneCycleSchedule(const Choice& choice, double learning_rate)
      : Schedule(choice, learning_rate),
        pct_start_(choice.get<double>("pct_start")),
        first_(learning_rate / choice.get<double>("div_factor")),
        final_(first_ / choice.get<double>("final_div_factor")) {}

 private:
  double scheduled(const ScheduleContext& context) const override {
    const auto total = static_cast<double>(context.total_steps);
    const double peak = pct_start_ * total - 1;
    const double last = total - 1;
    const double step = std::min(static_cast<double>(context.step), last);
    // The first phase is empty where its end is not after step 0.
    if (peak > 0 && step <= peak) return cosine_between(first_, base(), step / peak);
    // So is the second one, where all of a run of one step is spent going up.
    if (last <= peak) return base();
    return cosine_between(base(), final_, (step - peak) / (last - peak));
  }

  double pct_start_;
  double first_;
  double final_;
};

}  // namespace clino
