#pragma once

#include <string>
#include <vector>

#include "core/options.hpp"
#include "data/csv.hpp"
#include "data/preprocessing.hpp"
#include "data/raw_data.hpp"

/// \file
/// The data source `csv`: what each column of a file is, and the values in it.

namespace clino {

/// The role of each column.
struct CsvRoles {
  std::vector<Index> features;  ///< in the order of `Preprocessing::columns`
  std::vector<Index> targets;   ///< empty where the target is the input
  Index weight = -1;            ///< -1: none
};

/// Reads a file in the format of the source (a complete `csv` choice).
CsvTable read_csv_table(const Choice& source, const std::string& path);

/// Resolves `target`, `weight` and `ignore`; the other columns are features. Throws `UsageError`
/// for a column that is not there, is named twice, or leaves no feature.
CsvRoles csv_roles(const CsvTable& table, const Choice& source);

/// The columns of a training in another file, features and targets in the training's order. Where
/// both files have a header, or this one's names every input, features and targets are found by the
/// training's names, a weight by the source's, and other columns do not matter; else all are where
/// `csv_roles` finds them, among as many columns as the training file has. Throws `InputError`
/// naming file and column for one that is not there.
CsvRoles known_csv_roles(const CsvTable& table, const Choice& source,
                         const Preprocessing& preprocessing);

/// Notes in `preprocessing` what columns there are and, for text columns, their categories. Throws
/// `InputError` with line and column for text that is not allowed.
void learn_columns(const CsvTable& table, const CsvRoles& roles, const Choice& source,
                   Preprocessing& preprocessing);

/// The values of a table: of the training file (`csv_roles`), or of another one like it
/// (`known_csv_roles`). Throws `InputError` with line and column.
RawData csv_values(const CsvTable& table, const CsvRoles& roles, const Preprocessing& preprocessing,
                   bool missing_allowed);

}  // namespace clino
