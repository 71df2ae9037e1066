#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "optim/schedule.hpp"
#include "train/evaluator.hpp"
#include "train/number_bytes.hpp"

/// \file
/// Everything that changes while a run goes on, as one struct. A checkpoint is this struct and
/// nothing else: what is not in here is a function of the config.

namespace clino {

/// Where the run stands and what it has seen.
struct RunState {
  // Position: the next step to be taken.
  std::uint64_t step = 0;
  std::uint64_t epoch = 0;
  std::uint64_t batch = 0;  ///< within the epoch
  bool finished = false;    ///< ended by itself: nothing is left to resume
  std::string status = "running";

  MetricSums epoch_sums;  ///< of the batches of the epoch so far
  ScheduleState schedule;
  std::uint64_t samples = 0;  ///< trained on so far
  double seconds = 0;         ///< spent in the training loop so far

  // Of the last finished epoch and the last step.
  std::optional<Metrics> last_train;
  std::optional<Metrics> last_validation;
  double last_rate = 0;  ///< learning rate

  // Lowest validation loss so far. `best_epoch` < 0: none yet.
  std::int64_t best_epoch = -1;
  std::uint64_t best_step = 0;
  Metrics best;
  // Early stopping, by its own metric.
  double watched = 0;
  std::int64_t epochs_without_gain = 0;

  std::uint64_t filmed_step = 0;  ///< of the last frame of the film

  /// Bytes of each log file that belong to the steps before `step`.
  std::map<std::string, std::uint64_t> log_sizes;
  /// Numbers as they lie in memory: "parameters", "buffers", "optimizer.NAME", "best.parameters",
  /// "best.buffers", "probe.NAME".
  std::map<std::string, NumberBytes> numbers;
};

/// A checkpoint: the state, and which run it belongs to.
struct Checkpoint {
  std::string config_hash;
  std::string data_hash;
  RunState state;
};

/// Writes a checkpoint in one atomic step, its numbers from where they are. Throws `InputError`
/// where it cannot be written.
void write_checkpoint(const std::string& path, const Checkpoint& checkpoint);

/// The checkpoint in a file, where its numbers stay until they are copied. Throws `InputError`
/// where it is damaged, of another version or cannot be read.
Checkpoint read_checkpoint(const std::string& path);

}  // namespace clino
