#pragma once

#include <filesystem>
#include <string>

#include "train/run_state.hpp"
#include "train/trainer.hpp"

namespace clino {

/// What identifies the data and weights of a run.
struct RunHashes {
  std::string config;
  std::string data;
  std::string weights;
};

/// Writes `summary.json`.
void write_summary(const std::filesystem::path& directory, const TrainResult& result,
                   const RunState& state, const RunHashes& hashes);

/// Version and compiler of this build, for `--version` and the summary.
std::string version_text();
std::string compiler_text();

}  // namespace clino
