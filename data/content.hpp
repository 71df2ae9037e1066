#pragma once

#include "core/content_hash.hpp"
#include "data/raw_data.hpp"

namespace clino {

/// Adds all values of a source as they were read. Those of a mapped file are read here for the
/// first time: sets `largest_mapped`, and throws `InputError` with the place of one that is not
/// finite.
void add_content(ContentHash& hash, RawData& raw);

}  // namespace clino
