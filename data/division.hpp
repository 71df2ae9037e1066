#pragma once

#include "data/dataset.hpp"
#include "data/preprocessing.hpp"
#include "data/raw_data.hpp"
#include "data/split.hpp"

namespace clino {

/// Whether the parts that a request asks for make sense together. Throws `UsageError` for fractions
/// out of range, a test fraction beside a test file, a validation fraction beside folds, and a fold
/// that there is not.
void check_division(const DataRequest& request, bool has_test_file);

/// The rows of each part, drawn from the request's seed: by fractions, or by folds where there are
/// any. `raw` has its classes numbered. Throws `UsageError` for a part without samples, more folds
/// than there is to deal to them, and a fold that leaves training without one of the classes.
Parts divide(const RawData& raw, const DataRequest& request, const Preprocessing& preprocessing);

}  // namespace clino
