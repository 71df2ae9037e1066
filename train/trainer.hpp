#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "probe/layer_probe.hpp"
#include "probe/nonfinite_origin.hpp"
#include "train/config.hpp"
#include "train/evaluator.hpp"
#include "train/memory_use.hpp"
#include "train/run_directory.hpp"

/// \file
/// Training a network: one call from a config to a run directory.

namespace clino {

/// How far a run is, for a progress line.
struct Progress {
  std::uint64_t epoch = 0;
  std::optional<Index> epochs;  ///< absent where another limit ends the run
  std::uint64_t step = 0;
  std::optional<std::uint64_t> total_steps;
  Metrics train;                      ///< of the epoch so far
  std::optional<Metrics> validation;  ///< of the last finished epoch
  double samples_per_second = 0;
  std::optional<double> seconds_left;
};

/// What to train, where, and who listens.
struct TrainRequest {
  Config config = {};
  std::filesystem::path directory = {};
  Occupied occupied = Occupied::refuse;
  /// Called once the run directory is there and can be read, before the first step.
  std::function<void()> started = {};
  /// Called between steps, at most ten times a second.
  std::function<void(const Progress&)> progress = {};
  /// At most so many threads; 0: as many as pay.
  unsigned threads = 0;
  /// Not 0: finish the step, save a checkpoint and stop. May be set by a signal handler.
  const std::atomic<int>* stop = nullptr;
};

/// One layer for the table at the end: what it is, and its last record.
struct LayerSummary {
  std::string name;
  std::string type;
  Index inputs = 0;
  Index outputs = 0;
  Index parameters = 0;
  bool learned = false;      ///< has a weight: weight-gradient norm and update ratio mean something
  bool elementwise = false;  ///< an activation with slopes: saturation means something
  bool piecewise_linear = false;
  LayerRecord record;
};

/// How a run ended.
enum class RunStatus {
  completed,      ///< all epochs, steps or seconds
  early_stopped,  ///< by `training.early_stopping`
  interrupted,    ///< by `TrainRequest::stop`; a checkpoint is there
  failed,         ///< the loss or the gradient was not finite
};
std::string to_text(RunStatus status);

struct TrainResult {
  RunStatus status = RunStatus::completed;
  bool already_finished = false;     ///< resumed a run that had nothing left to do
  std::string message;               ///< why it failed, or when it stopped early; "" otherwise
  std::vector<std::string> remarks;  ///< what a user should know about the data
  std::uint64_t epochs = 0;
  std::uint64_t steps = 0;
  double seconds = 0;
  double samples_per_second = 0;
  std::optional<Metrics> train, validation, test;
  Index parameters = 0;
  MemoryUse memory;
  Index train_samples = 0, validation_samples = 0, test_samples = 0;
  std::vector<LayerSummary> layers;
  std::optional<std::uint64_t> logged_step;  ///< the step of the layers' records
  /// Where what was not finite came from, in a run that failed.
  std::optional<NonfiniteOrigin> first_nonfinite;
};

/// Trains and writes the run directory. Throws `ConfigError`, `UsageError` and `InputError` before
/// anything is trained, and `InputError` where a file cannot be written; what is in the directory
/// then is still whole.
TrainResult train(const TrainRequest& request);

}  // namespace clino
