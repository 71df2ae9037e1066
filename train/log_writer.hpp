#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "probe/histogram_probe.hpp"
#include "probe/jacobian.hpp"
#include "probe/signal_probe.hpp"
#include "probe/unit_event.hpp"
#include "train/run_directory.hpp"
#include "train/run_state.hpp"
#include "train/step_log.hpp"

namespace clino {

/// A log that is opened, and made, when it gets its first line. One that an earlier part of the run
/// has written is cut to `size` at once, as `LogFile` does.
class LazyLog {
 public:
  LazyLog(std::filesystem::path path, std::uint64_t size);

  std::string& pending();
  void flush();
  std::uint64_t size() const { return file_ ? file_->size() : 0; }
  std::size_t bytes() const { return file_ ? file_->bytes() : 0; }
  /// Nothing was written, and nothing is pending.
  bool empty() { return !file_ || (file_->size() == 0 && file_->pending().empty()); }

 private:
  std::filesystem::path path_;
  std::optional<LogFile> file_;
};

/// The logs of a run directory. Lines collect in memory and are written between steps.
class LogWriter {
 public:
  /// Opens the logs, each cut to the size in `sizes` (0 where it is not there). `update_cosine` and
  /// `background` as in `StepLog`.
  LogWriter(const std::filesystem::path& directory, const Model& model,
            const std::map<std::string, std::uint64_t>& sizes, bool update_cosine = false,
            bool background = false);

  void write_step(const StepRecord& step, std::span<const LayerRecord> layers) {
    steps_.write(step, layers);
  }
  /// Of the epoch that is ending, or for the test part of the last one that ended.
  void write_metrics(const RunState& state, std::string_view split, const Metrics& metrics);
  void write_histograms(const RunState& state, std::span<const HistogramRecord> records);
  void write_signal(const RunState& state, std::span<const SignalRecord> records);
  void write_jacobian(const RunState& state, std::span<const JacobianRecord> records);
  void write_unit_scans(std::span<const UnitScan> scans);
  void write_unit_events(std::span<const UnitEvent> events);
  /// The lines of `film.jsonl`, whose first one is still to be written where it is empty.
  LazyLog& film() { return film_; }

  void flush();
  /// Memory for lines and records.
  std::size_t bytes() const;
  /// For `RunState::log_sizes`, after a flush.
  std::map<std::string, std::uint64_t> sizes() const;

 private:
  const std::string& identity(Index layer) const { return steps_.layer(layer).identity; }

  StepLog steps_;
  LogFile metrics_;
  LazyLog histograms_;
  LazyLog signal_;
  LazyLog jacobian_;
  LazyLog film_;
  LazyLog units_;
};

}  // namespace clino
