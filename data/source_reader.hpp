#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/options.hpp"
#include "data/preprocessing.hpp"
#include "data/raw_data.hpp"

/// \file
/// From a source (a complete `Choice`) to raw data.

namespace clino {

/// Reads or generates the main data of a source, and notes in `preprocessing` what it learns: the
/// source, its columns, names and classes, not yet means and scales. `preprocessing.target_kind`
/// is given. Adds to `remarks` what a user should know.
RawData read_training_source(const Choice& source, std::uint64_t seed, Preprocessing& preprocessing,
                             std::vector<std::string>& remarks);

/// Reads the main data of a source as a training has learned to.
RawData read_known_source(const Choice& source, std::uint64_t seed,
                          const Preprocessing& preprocessing);

/// The source whose main data are the test file of `source`; nothing where it has none.
std::optional<Choice> test_source(const Choice& source);

}  // namespace clino
