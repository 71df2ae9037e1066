#pragma once

#include <array>
#include <filesystem>
#include <string>

#include "report/json_record.hpp"
#include "report/run_log.hpp"

/// \file
/// A run directory that grows while it is looked at.

namespace clino {

/// Reads a run once and then only what was appended. Errors as `read_run_log`.
class RunFollower {
 public:
  /// Reads what is there.
  explicit RunFollower(std::filesystem::path directory);

  /// Reads what was added; where the run was started again, everything. Whether anything is new.
  bool refresh();
  /// Stays where it is, and grows with every `refresh`.
  const RunLog& log() const { return log_; }
  /// Leaves nothing behind: of use at the end.
  RunLog take() { return std::move(log_); }

 private:
  /// How far a log has been read.
  struct Place {
    std::uint64_t offset = 0;     ///< of the first byte that is new, always after a line break
    std::uint64_t lines = 0;      ///< before it
    std::string last_bytes = {};  ///< before it: others in their place are another run's
  };
  static constexpr std::size_t kFiles = 8;

  void start();
  bool is_same_run() const;
  bool append();
  bool append(std::size_t file);
  bool read_summary();

  RunLog log_;
  std::array<Place, kFiles> places_;
  std::string summary_text_;
  report::JsonRecord record_;
};

}  // namespace clino
