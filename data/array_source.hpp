#pragma once

#include <cstdint>

#include "core/options.hpp"
#include "data/raw_data.hpp"

/// \file
/// The data sources whose columns have no names: all but csv.

namespace clino {

/// Whether a source (a complete choice) makes the inputs the targets.
bool target_is_input(const Choice& source);

/// Reads or generates the main data of a generator, `idx` or `npy`. Throws `InputError` for damaged
/// files and for inputs and targets of different number.
RawData read_arrays(const Choice& source, std::uint64_t seed);

}  // namespace clino
