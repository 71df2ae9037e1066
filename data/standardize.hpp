#pragma once

#include <span>

#include "data/preprocessing.hpp"
#include "data/raw_data.hpp"

namespace clino {

/// Fits means and scales to the given rows (the training part): mean 0 and standard deviation 1
/// (dividing by n, as scikit-learn does), scale 1 for a constant feature. Without `standardize`
/// inputs stay as they are. Images are scaled to 0..1 in any case. With `replace_missing` the
/// means also become what replaces a missing value. Gives the number of constant features. Throws
/// `InputError` for a feature without any value in these rows.
Index fit_inputs(const RawData& raw, std::span<const Index> rows, bool standardize,
                 bool replace_missing, Preprocessing& preprocessing);

}  // namespace clino
