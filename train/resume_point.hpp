#pragma once

#include <optional>
#include <string>

#include "train/run_state.hpp"
#include "train/trainer.hpp"

namespace clino {

/// What makes two configs the same run: settings that change nothing but what is written are reset.
std::string config_hash(Config config);

/// The checkpoint to resume from, if there is one and the request asks for it. Throws `UsageError`
/// where it is of a run with another config.
std::optional<Checkpoint> find_checkpoint(const TrainRequest& request);

}  // namespace clino
