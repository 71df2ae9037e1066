#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/types.hpp"

namespace clino {
struct RunLog;
}

namespace clino::compare {

struct Target;

/// The metrics of a part by epoch; empty where there is no such part or metric.
struct Curves {
  std::vector<double> train_loss, train_accuracy, validation_loss, validation_accuracy;
  std::vector<double> seconds;       ///< in the training loop at the epoch's end
  std::vector<std::uint64_t> steps;  ///< taken by then

  std::size_t epochs() const { return train_loss.size(); }
};

/// log10 of the size of the back-propagated signal: a row for each layer, the first on top, a
/// column for a stretch of steps. NaN where there is none.
struct SignalMap {
  std::vector<std::string> layers;
  std::vector<std::vector<double>> rows;
};

/// What is kept of one run.
struct RunOutcome {
  std::string status;  ///< as in `summary.json`: "completed", "early_stopped", "failed"
  std::string reason;  ///< why it failed
  std::string data_hash, weights_hash;
  std::uint64_t epochs = 0, steps = 0;
  Index train_samples = 0, validation_samples = 0;  ///< 0 where it is not known
  Curves curves;
  SignalMap signal;
  /// By the names of `measures()`; what a run has no value for is absent.
  std::map<std::string, double, std::less<>> figures;

  bool failed() const { return status == "failed"; }
  /// Steps in an epoch, for times that are known by epoch only.
  double steps_per_epoch() const {
    return epochs > 0 ? static_cast<double>(steps) / static_cast<double>(epochs) : 0;
  }
  /// Of `figures`, where it is there.
  std::optional<double> figure(std::string_view name) const;
};

/// Throws as `read_run_log`, and `InputError` where the run has not ended.
RunOutcome read_outcome(const std::filesystem::path& run, const std::optional<Target>& target);

/// A run that could not begin.
RunOutcome failed_outcome(const std::string& reason);

}  // namespace clino::compare
