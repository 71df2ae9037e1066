#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "probe/layer_probe.hpp"
#include "train/run_directory.hpp"
#include "train/run_state.hpp"

namespace clino {

/// One logged step, as `steps.jsonl` has it.
struct StepRecord {
  std::uint64_t step = 0;
  std::uint64_t epoch = 0;
  double loss = 0;  ///< of the batch
  double learning_rate = 0;
  double grad_norm = 0;   ///< of all parameters, before clipping
  double clip_scale = 1;  ///< what clipping by norm multiplied the gradients with
};

/// The three logs of a run directory. Lines collect in memory and are written between steps.
class LogWriter {
 public:
  /// Opens the logs, each cut to the size in `sizes` (0 where it is not there).
  LogWriter(const std::filesystem::path& directory, const Model& model,
            const std::map<std::string, std::uint64_t>& sizes);

  void write_step(const StepRecord& step, std::span<const LayerRecord> layers);
  /// Of the epoch that is ending, or for the test part of the last one that ended.
  void write_metrics(const RunState& state, std::string_view split, const Metrics& metrics);
  void flush();
  /// For `RunState::log_sizes`, after a flush.
  std::map<std::string, std::uint64_t> sizes() const;

 private:
  struct LayerText {
    std::string identity;  ///< `"layer":0,"name":"0","type":"dense"`
    bool learned = false;
    bool elementwise = false;
    bool piecewise_linear = false;
  };
  void write_layer(const StepRecord& step, const LayerText& text, const LayerRecord& record);

  LogFile steps_;
  LogFile layers_;
  LogFile metrics_;
  std::vector<LayerText> texts_;
};

}  // namespace clino
