#pragma once

#include <span>
#include <vector>

#include "core/random.hpp"
#include "core/types.hpp"

namespace clino {

/// The rows of each part, ascending.
struct Parts {
  std::vector<Index> train, validation, test;
};

/// Divides rows by chance. Units of `group` successive rows stay together; `strata` holds the
/// class of each unit (all 0: no classes). Of each class every part gets its share, off by at most
/// one unit, and so that the part as a whole has its share too; every class keeps at least one unit
/// for training. The fractions are >= 0 and sum to less than 1.
Parts split(std::span<const Index> strata, Index group, double validation_fraction,
            double test_fraction, Random& random);

/// Cross-validation: takes the test part out, the same as `split` takes for the same draws, and
/// deals what is left to `folds` >= 1 folds. The fold number `fold`, in [0, folds), becomes the
/// validation part, all others together the training part. Of each class, and of all units, no fold
/// has more than one unit above another. Folds beyond the number of units are empty, and where the
/// fold holds a class's only unit training has none of it: whether that is wanted is the caller's
/// to say.
Parts split_into_folds(std::span<const Index> strata, Index group, Index folds, Index fold,
                       double test_fraction, Random& random);

}  // namespace clino
