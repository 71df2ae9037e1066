#pragma once

#include "statistics/sample.hpp"

namespace clino::statistics {

/// The exact interval for a share of which `successes` of `trials` were seen: it covers at least
/// with that confidence, whatever the share (Clopper and Pearson, "The use of confidence or
/// fiducial limits illustrated in the case of the binomial", Biometrika 1934). Throws `UsageError`
/// unless 0 <= successes <= trials and trials > 0.
Interval clopper_pearson(Index successes, Index trials, double confidence = 0.95);

}  // namespace clino::statistics
