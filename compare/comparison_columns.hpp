#pragma once

#include <functional>
#include <string>
#include <vector>

#include "compare/comparison.hpp"

namespace clino::compare {

/// A column of a table with a row for each variation.
struct Column {
  std::string title;
  std::function<std::string(const VariationResult&)> cell;
};

/// In the order of their weight: where there is no room, those at the end are left out. They look
/// at the comparison, which has to stay where it is.
std::vector<Column> columns_of(const Comparison& comparison);

/// One for each fold of a cross-validation, with the mean of the primary measure over the seeds;
/// none without folds.
std::vector<Column> fold_columns(const Comparison& comparison);

}  // namespace clino::compare
