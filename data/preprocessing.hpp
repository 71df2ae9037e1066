#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/target_kind.hpp"
#include "core/types.hpp"

/// \file
/// What was learned from the training data and turns raw rows into model inputs ever after. Plain
/// data: the run directory keeps it as `preprocessing.json`.

namespace clino {

/// A column of the source that becomes model inputs: one input for a column of numbers, one for
/// each category for a column of text (one-hot).
struct SourceColumn {
  std::string name;
  Index position = 0;                        ///< in a complete row of the training file, from 0
  std::vector<std::string> categories = {};  ///< sorted; empty for numbers

  Index width() const { return categories.empty() ? 1 : static_cast<Index>(categories.size()); }
  bool operator==(const SourceColumn&) const = default;
};

/// Raw values become model inputs by `(raw - mean) / scale`. Raw values are those of the file: for
/// images bytes from 0 to 255, which a scale of 255 takes to 0..1.
struct Preprocessing {
  std::string source;                 ///< the type of the data source
  std::vector<SourceColumn> columns;  ///< in the order of the model inputs
  Index file_columns = 0;             ///< columns of a complete row, targets and weight included
  bool named_columns = false;         ///< the names are those of a header
  std::string delimiter = ",";
  Index skip_rows = 0;  ///< lines before the header or the first row

  std::vector<std::string> feature_names;  ///< one per model input, `colour=red` for one-hot
  std::vector<double> means;               ///< one per model input; 0 where not standardised
  std::vector<double> scales;              ///< one per model input; never 0
  /// What replaces a missing value, in raw units, one per model input; empty: they are refused.
  std::vector<double> replacements;

  TargetKind target_kind = TargetKind::numbers;
  bool target_is_input = false;  ///< an autoencoder: targets are the model inputs
  std::vector<std::string> target_names;
  std::vector<std::string> class_names;  ///< by class number; empty for numbers
  bool integer_classes = false;          ///< class names are whole numbers, in numeric order

  Index features() const { return static_cast<Index>(feature_names.size()); }
  Index classes() const { return static_cast<Index>(class_names.size()); }
  /// A model input from its raw value; NaN stands for a missing one.
  double to_input(Index feature, double raw) const;
  /// The number of a class as a file writes it (`07` is class `7` of whole numbers), or nothing
  /// where training knew no such class.
  std::optional<Index> class_number(std::string_view text) const;

  bool operator==(const Preprocessing&) const = default;
};

}  // namespace clino
