#pragma once

#include <istream>
#include <memory>
#include <span>
#include <string>

#include "core/types.hpp"
#include "data/preprocessing.hpp"

/// \file
/// Rows for prediction, one at a time.

namespace clino {

/// Reads rows of csv text from a stream and turns each into model inputs as training did.
///
/// A first line that names every input column is a header: columns are found by name, in any
/// order, others are ignored. Without one a row holds all columns of the training file, or the
/// input columns alone, in the training file's order. Where training skipped leading lines
/// (`skip_rows`), up to that many are skipped here, while they do not fit a row.
template <class T>
class RowReader {
 public:
  /// `name` stands for the stream in messages. The stream must outlive the reader.
  RowReader(Preprocessing preprocessing, std::istream& stream, std::string name);
  ~RowReader();
  RowReader(RowReader&&) noexcept;
  RowReader& operator=(RowReader&&) noexcept;

  /// Writes the model inputs of the next row to `inputs` [features]; false at the end. Reads no
  /// further than that row. Throws `InputError` with line and column.
  bool next(std::span<T> inputs);
  /// The line, from 1, on which the row last read began.
  Index line() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace clino
