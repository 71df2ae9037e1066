#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/types.hpp"
#include "data/csv.hpp"
#include "data/preprocessing.hpp"

/// \file
/// From a row of text to raw values: what reading a file and predicting from rows share.

namespace clino {

/// Whether a cell says that its value is missing: empty, `?`, `NA`, `N/A`, `nan`, `null`, in
/// either case.
bool is_missing(std::string_view cell);

/// A cell's finite number. Throws `InputError` with the place of the cell for anything else.
double cell_number(const std::string& file, const CsvRow& row, Index column,
                   const std::string& name);

/// Writes the raw model inputs of a row: numbers as they stand, 0 and 1 for categories, NaN for a
/// missing value where these are allowed. `positions` holds the column of each of
/// `preprocessing.columns` in this row. Throws `InputError` with line and column for missing
/// values that are not allowed, other text, infinities and unknown categories.
void read_raw_inputs(const Preprocessing& preprocessing, std::span<const Index> positions,
                     const std::string& file, const CsvRow& row, bool missing_allowed,
                     std::span<double> raw);

}  // namespace clino
