#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "probe/layer_probe.hpp"
#include "train/run_directory.hpp"

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

/// What `layers.jsonl` says of a layer besides its figures.
struct LayerText {
  std::string identity;  ///< `"layer":0,"name":"0","type":"dense"`
  bool learned = false;
  bool dense = false;
  bool elementwise = false;
  bool piecewise_linear = false;
};

/// Writes `steps.jsonl` and `layers.jsonl`. A step leaves its records here, which is a copy; they
/// are made text in bundles, where there is a processor to spare by a thread of its own: numbers in
/// decimal cost as much as a step of a small net.
class StepLog {
 public:
  /// Opens the logs, each cut to its size. `update_cosine`: whether step records have that member;
  /// `background`: whether to write with a thread.
  StepLog(const std::filesystem::path& directory, std::vector<LayerText> layers,
          std::uint64_t steps_size, std::uint64_t layers_size, bool update_cosine, bool background);
  StepLog(const StepLog&) = delete;
  StepLog& operator=(const StepLog&) = delete;
  ~StepLog();

  /// Takes the records of one step. Allocates nothing. Throws `InputError` where earlier ones could
  /// not be written.
  void write(const StepRecord& step, std::span<const LayerRecord> layers);
  /// Afterwards all that was taken is in the files. Throws as `write` does.
  void flush();

  const LayerText& layer(Index number) const { return texts_[static_cast<std::size_t>(number)]; }
  /// Bytes in the files after the last flush.
  std::uint64_t steps_size() const { return steps_.size(); }
  std::uint64_t layers_size() const { return layers_.size(); }
  /// Memory for lines and records.
  std::size_t bytes() const;

 private:
  /// The records of some steps, one after the other.
  struct Bundle {
    std::vector<StepRecord> steps;
    std::vector<LayerRecord> layers;
    std::size_t count = 0;  ///< of steps that are there
  };

  void hand_over();
  void wait_until_idle();
  void run();
  void write(Bundle& bundle);
  void write_layer(const StepRecord& step, const LayerText& text, const LayerRecord& record);

  std::vector<LayerText> texts_;
  bool update_cosine_;
  LogFile steps_;
  LogFile layers_;
  Bundle filling_;

  // What the thread shares. `written_` and the files are its own as long as it is busy.
  Bundle written_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool busy_ = false;
  bool ended_ = false;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace clino
