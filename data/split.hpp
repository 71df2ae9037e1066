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

}  // namespace clino
