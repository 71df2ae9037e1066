#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "probe/histogram_probe.hpp"
#include "probe/layer_probe.hpp"
#include "probe/signal_probe.hpp"
#include "probe/unit_event.hpp"
#include "train/run_directory.hpp"
#include "train/run_state.hpp"

namespace clino {

/// One logged step, as `steps.jsonl` has it.
struct StepRecord {
  std::uint64_t step = 0;
  std::uint64_t epoch = 0;
  double loss = 0;  ///< of the batch
  double learning_rate = 0;
  double grad_norm = 0;          ///< of all parameters, before clipping
  double clip_scale = 1;         ///< what clipping by norm multiplied the gradients with
  double clipped_grad_norm = 0;  ///< after clipping by norm and by value
  /// Between this update and the one before it; none where either is zero or there is none.
  std::optional<double> update_cosine = {};
};

/// A log that is opened, and made, when it gets its first line. One that an earlier part of the run
/// has written is cut to `size` at once, as `LogFile` does.
class LazyLog {
 public:
  LazyLog(std::filesystem::path path, std::uint64_t size);

  std::string& pending();
  void flush();
  std::uint64_t size() const { return file_ ? file_->size() : 0; }
  /// Nothing was written, and nothing is pending.
  bool empty() { return !file_ || (file_->size() == 0 && file_->pending().empty()); }

 private:
  std::filesystem::path path_;
  std::optional<LogFile> file_;
};

/// The logs of a run directory. Lines collect in memory and are written between steps.
class LogWriter {
 public:
  /// Opens the logs, each cut to the size in `sizes` (0 where it is not there). `update_cosine`:
  /// whether step records have that member.
  LogWriter(const std::filesystem::path& directory, const Model& model,
            const std::map<std::string, std::uint64_t>& sizes, bool update_cosine = false);

  void write_step(const StepRecord& step, std::span<const LayerRecord> layers);
  /// Of the epoch that is ending, or for the test part of the last one that ended.
  void write_metrics(const RunState& state, std::string_view split, const Metrics& metrics);
  void write_histograms(const RunState& state, std::span<const HistogramRecord> records);
  void write_signal(const RunState& state, std::span<const SignalRecord> records);
  void write_unit_scans(std::span<const UnitScan> scans);
  void write_unit_events(std::span<const UnitEvent> events);
  /// The lines of `film.jsonl`, whose first one is still to be written where it is empty.
  LazyLog& film() { return film_; }

  void flush();
  /// For `RunState::log_sizes`, after a flush.
  std::map<std::string, std::uint64_t> sizes() const;

 private:
  struct LayerText {
    std::string identity;  ///< `"layer":0,"name":"0","type":"dense"`
    bool learned = false;
    bool dense = false;
    bool elementwise = false;
    bool piecewise_linear = false;
  };
  void write_layer(const StepRecord& step, const LayerText& text, const LayerRecord& record);
  const std::string& identity(Index layer) const {
    return texts_[static_cast<std::size_t>(layer)].identity;
  }

  bool update_cosine_;
  LogFile steps_;
  LogFile layers_;
  LogFile metrics_;
  LazyLog histograms_;
  LazyLog signal_;
  LazyLog film_;
  LazyLog units_;
  std::vector<LayerText> texts_;
};

}  // namespace clino
