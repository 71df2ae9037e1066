#pragma once

#include "core/options.hpp"
#include "core/random.hpp"
#include "data/raw_data.hpp"

/// \file
/// The formulas of the generators, each above its function. `options` are complete.

namespace clino {

/// An empty set of the size that a generator's options ask for.
RawData start_generator(const Choice& options, Index features);

RawData two_spirals(const Choice& options, Random& random);
RawData moons(const Choice& options, Random& random);
RawData circles(const Choice& options, Random& random);
RawData exclusive_or(const Choice& options, Random& random);
RawData blobs(const Choice& options, Random& random);
RawData checkerboard(const Choice& options, Random& random);

RawData sine(const Choice& options, Random& random);
RawData function(const Choice& options, Random& random);

}  // namespace clino
