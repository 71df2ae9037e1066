#pragma once

#include "data/preprocessing.hpp"
#include "data/raw_data.hpp"

namespace clino {

/// Writes the classes of a source as text, one for each row, where it gives them as numbers.
/// Throws `UsageError` for several outputs and for a number that is not whole.
void targets_to_labels(RawData& raw);

/// Notes the classes that occur: in numeric order where all are whole numbers, else in the order of
/// their bytes. Throws `UsageError` for fewer than two (or other than two, where the loss needs
/// that), and for numbers that are not whole: the loss does not fit the data.
void learn_classes(const RawData& raw, Preprocessing& preprocessing);

/// Replaces labels by class numbers in `targets`. Throws `InputError` for an unknown class, with
/// its place.
void number_classes(RawData& raw, const Preprocessing& preprocessing);

}  // namespace clino
