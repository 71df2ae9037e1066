#include "train/resume_point.hpp"

#include "core/content_hash.hpp"
#include "core/errors.hpp"

namespace clino {

namespace fs = std::filesystem;

std::string config_hash(Config config) {
  config.data.source.options.erase("memory");
  config.log = {};
  config.checkpoint = {};
  config.report = true;
  ContentHash hash;
  hash.add(std::string_view(resolved_json(config)));
  return to_hex(hash.value());
}

std::optional<Checkpoint> find_checkpoint(const TrainRequest& request) {
  const fs::path path = request.directory / run_files::kCheckpoint;
  if (request.occupied != Occupied::resume || !fs::exists(path)) return std::nullopt;
  Checkpoint checkpoint = read_checkpoint(path.string());
  if (checkpoint.config_hash != config_hash(request.config)) {
    throw UsageError(path.string() +
                     " belongs to a run with another config: only checkpoint, log and report "
                     "settings may differ when a run is resumed (its config is in " +
                     (request.directory / run_files::kConfig).string() + ")");
  }
  return checkpoint;
}

}  // namespace clino
