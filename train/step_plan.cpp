#include "train/step_plan.hpp"

#include <algorithm>

namespace clino {

namespace {

/// Records that `log.every: "auto"` aims at in a run whose length is known, and the distance in
/// one whose length is not.
constexpr std::uint64_t kAutomaticRecords = 500;
constexpr std::uint64_t kAutomaticEvery = 100;

std::uint64_t divide_up(std::uint64_t a, std::uint64_t b) { return a / b + (a % b == 0 ? 0 : 1); }

std::optional<std::uint64_t> count_steps(const TrainingConfig& training, std::uint64_t batches) {
  std::optional<std::uint64_t> total;
  if (training.epochs) {
    // Epochs go up to 2^53: the product may not fit.
    std::uint64_t steps = 0;
    const bool overflows =
        __builtin_mul_overflow(static_cast<std::uint64_t>(*training.epochs), batches, &steps);
    total = overflows ? ~std::uint64_t{0} : steps;
  }
  if (training.max_steps) {
    const auto limit = static_cast<std::uint64_t>(*training.max_steps);
    total = std::min(total.value_or(limit), limit);
  }
  return total;
}

std::uint64_t log_distance(const LogConfig& log, std::optional<std::uint64_t> total_steps) {
  if (!log.automatic) return static_cast<std::uint64_t>(log.every.value_or(0));
  if (!total_steps) return kAutomaticEvery;
  return std::max<std::uint64_t>(1, divide_up(*total_steps, kAutomaticRecords));
}

}  // namespace

StepPlan plan_steps(const Config& config, Index training_samples) {
  StepPlan plan;
  plan.batches = divide_up(static_cast<std::uint64_t>(training_samples),
                           static_cast<std::uint64_t>(config.training.batch_size));
  plan.total_steps = count_steps(config.training, plan.batches);
  plan.log_every = log_distance(config.log, plan.total_steps);
  return plan;
}

}  // namespace clino
