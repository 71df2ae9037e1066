#pragma once

#include <algorithm>

#include "optim/schedule.hpp"
#include "optim/schedules/options.hpp"

namespace clino {

/// Lowers the rate when the validation loss stops falling (PyTorch's ReduceLROnPlateau in modes
/// "min" and "rel"): after more than `patience` epochs in a row without
/// loss < best (1 - threshold), rate = max(rate factor, minimum).
class ReduceOnPlateauSchedule final : public Schedule {
 public:
  static constexpr const char* kName = "reduce_on_plateau";
  static CatalogueEntry entry() {
    return {
        .name = kName,
        .summary = "times factor when the validation loss stops falling",
        .options = schedule_options(
            {{.name = "factor",
              .default_value = 0.1,
              .description = "factor of a reduction",
              .range = {.minimum = 0, .maximum = 1, .open_minimum = true, .open_maximum = true}},
             {.name = "patience",
              .types = kInteger,
              .default_value = std::int64_t{10},
              .description = "epochs without improvement that are let pass",
              .range = kWhole},
             {.name = "threshold",
              .default_value = 1e-4,
              .description = "share of the best loss by which a loss must fall to count",
              .range = kUnitBelowOne},
             {.name = "cooldown",
              .types = kInteger,
              .default_value = std::int64_t{0},
              .description = "epochs after a reduction in which none is counted as bad",
              .range = kWhole},
             {.name = "minimum",
              .default_value = 0.0,
              .description = "lowest rate",
              .range = kNonNegative}})};
  }

  ReduceOnPlateauSchedule(const Choice& choice, double learning_rate)
      : Schedule(choice, learning_rate),
        factor_(choice.get<double>("factor")),
        patience_(choice.get<double>("patience")),
        threshold_(choice.get<double>("threshold")),
        cooldown_(choice.get<double>("cooldown")),
        minimum_(choice.get<double>("minimum")) {}

  void observe(double metric) override {
    if (metric < state_.best * (1 - threshold_)) {
      state_.best = metric;
      state_.bad_epochs = 0;
    } else {
      state_.bad_epochs += 1;  // NaN comes here too
    }
    if (state_.cooldown > 0) {
      state_.cooldown -= 1;
      state_.bad_epochs = 0;
    }
    if (state_.bad_epochs > patience_) reduce();
  }

 private:
  double scheduled(const ScheduleContext& /*context*/) const override {
    return state_.learning_rate;
  }

  void reduce() {
    constexpr double kSmallestChange = 1e-8;  // PyTorch's eps: smaller reductions are not made
    const double reduced = std::max(state_.learning_rate * factor_, minimum_);
    if (state_.learning_rate - reduced > kSmallestChange) state_.learning_rate = reduced;
    state_.cooldown = cooldown_;
    state_.bad_epochs = 0;
  }

  double factor_;
  double patience_;
  double threshold_;
  double cooldown_;
  double minimum_;
};

}  // namespace clino
