#pragma once

#include "data/dataset.hpp"
#include "data/preprocessing.hpp"
#include "data/raw_data.hpp"

namespace clino {

/// Raw data as model inputs, targets and weights in the element type. Images stay bytes. Throws
/// `InputError` with the place of a value that is too large for the type.
template <class T>
Samples<T> to_samples(RawData raw, const Preprocessing& preprocessing);

}  // namespace clino
