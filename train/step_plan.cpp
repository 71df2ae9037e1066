#include "train/step_plan.hpp"

#include <algorithm>
#include <cmath>

namespace clino {

namespace {

/// In a run whose length is not known records are apart as if it had so many steps.
constexpr std::uint64_t kAssumedSteps = 50000;
/// The same for probes that cost more than a record of the layers, and the share of the training's
/// arithmetic that each of them may take.
constexpr std::uint64_t kAutomaticProbes = 50;
constexpr double kAffordableShare = 0.0025;

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

/// Steps from record to record where nobody gave a number, for so many records in a run.
std::uint64_t automatic_distance(std::optional<std::uint64_t> total_steps, std::uint64_t records) {
  return std::max<std::uint64_t>(1, divide_up(total_steps.value_or(kAssumedSteps), records));
}

std::uint64_t log_distance(const LogConfig& log, std::optional<std::uint64_t> total_steps) {
  if (!log.every.automatic) return static_cast<std::uint64_t>(log.every.every.value_or(0));
  return automatic_distance(total_steps, static_cast<std::uint64_t>(log.records));
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

std::uint64_t probe_distance(const LogSpacing& spacing, const StepPlan& plan, double cost_in_steps,
                             std::uint64_t fewest) {
  if (!spacing.automatic) return static_cast<std::uint64_t>(spacing.every.value_or(0));
  if (plan.log_every == 0) return 0;
  auto distance = static_cast<std::uint64_t>(std::ceil(cost_in_steps / kAffordableShare));
  // A run whose length is not known gets to them in time.
  if (plan.total_steps && fewest > 0) {
    distance = std::min(distance, automatic_distance(plan.total_steps, fewest));
  }
  return std::max(automatic_distance(plan.total_steps, kAutomaticProbes), distance);
}

}  // namespace clino
