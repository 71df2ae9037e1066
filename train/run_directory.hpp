#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "train/config.hpp"

/// \file
/// The folder that a run leaves behind: the one thing that looking at a run needs.

namespace clino {

/// Names in a run directory.
namespace run_files {
inline constexpr const char* kConfig = "config.json";
inline constexpr const char* kPreprocessing = "preprocessing.json";
inline constexpr const char* kMetrics = "metrics.jsonl";
inline constexpr const char* kSteps = "steps.jsonl";
inline constexpr const char* kLayers = "layers.jsonl";
inline constexpr const char* kSummary = "summary.json";
inline constexpr const char* kModel = "model.safetensors";
inline constexpr const char* kBest = "best.safetensors";
inline constexpr const char* kCheckpoint = "checkpoint";
inline constexpr const char* kUnits = "units.jsonl";
inline constexpr const char* kHistograms = "histograms.jsonl";
inline constexpr const char* kSignal = "signal.jsonl";
inline constexpr const char* kJacobian = "jacobian.jsonl";
inline constexpr const char* kFilm = "film.jsonl";
inline constexpr const char* kReport = "report.html";
inline constexpr const char* kCalibration = "calibration.json";
}  // namespace run_files

/// Any text as the name of a folder: characters outside [A-Za-z0-9._-] become "-".
std::string folder_name(const std::string& text);

/// `runs/NAME-SEED`, NAME by `folder_name`.
std::filesystem::path default_run_directory(const Config& config);

/// What to do where the directory already holds something.
enum class Occupied { refuse, overwrite, resume };

/// Held while a run is being written: a second one into the same directory is refused.
class RunDirectoryLock {
 public:
  explicit RunDirectoryLock(const std::filesystem::path& directory);
  RunDirectoryLock(RunDirectoryLock&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)) {}
  RunDirectoryLock& operator=(RunDirectoryLock&&) = delete;
  ~RunDirectoryLock();

 private:
  int descriptor_ = -1;
};

/// Whether a run is being written to the directory just now. Where it cannot be looked at, none is.
bool is_being_written(const std::filesystem::path& directory);

/// Makes the directory with its parents and takes its lock. An empty one is fine. Throws
/// `UsageError` for an occupied one unless told what to do with it, or where another run is being
/// written to it. `overwrite`, and `resume` without a checkpoint, remove the files of a former run
/// and leave everything else alone. Throws `InputError` where it cannot be made.
RunDirectoryLock prepare_run_directory(const std::filesystem::path& directory, Occupied occupied);

/// A log that grows by whole lines. Lines collect in memory and are written in one piece.
class LogFile {
 public:
  /// Opens for appending, after cutting the file to its first `size` bytes: what a resumed run
  /// wrote after its last checkpoint goes. Throws `InputError`, also where the file is shorter.
  LogFile(const std::filesystem::path& path, std::uint64_t size);
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;
  ~LogFile();

  /// Where lines are appended; each must be complete when `flush` is called.
  std::string& pending() { return pending_; }
  /// Writes once much is pending.
  void flush_if_large();
  /// Writes all pending lines. Throws `InputError` (disk full, say), naming the file.
  void flush();
  /// Bytes in the file after the last flush.
  std::uint64_t size() const { return size_; }
  /// Memory for the lines that collect.
  std::size_t bytes() const { return pending_.capacity(); }

 private:
  static constexpr std::size_t kFlushBytes = std::size_t{1} << 18U;

  std::string path_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
  std::string pending_;
};

}  // namespace clino
