#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/types.hpp"

/// \file
/// Text in columns (RFC 4180): quoted fields with `""` for a quote, LF, CRLF or CR, a byte order
/// mark, any delimiter, UTF-8. Blanks around fields are trimmed, blank lines skipped; a line of
/// `""` is a row of one empty field.

namespace clino {

/// A view of one row's fields.
struct CsvRow {
  const char* text = nullptr;
  std::size_t begin = 0;
  std::span<const std::size_t> ends = {};  ///< of each field in `text`
  Index line = 0;                          ///< on which the row begins, from 1

  Index size() const { return static_cast<Index>(ends.size()); }
  std::string_view operator[](Index column) const {
    const auto i = static_cast<std::size_t>(column);
    const std::size_t start = i == 0 ? begin : ends[i - 1];
    return {text + start, ends[i] - start};
  }
};

/// Splits a stream of characters into rows, one at a time. Errors are `InputError` with the line.
class CsvScanner {
 public:
  /// Writes the next characters to a buffer and says how many; 0 at the end.
  using Source = std::function<std::size_t(std::span<char>)>;

  /// `name` stands for the stream in messages.
  CsvScanner(Source source, std::string name, char delimiter);

  /// Skips lines as they stand, quotes or not.
  void skip_lines(Index count);
  /// The next row, valid until the next call; false at the end. Refuses what is not UTF-8.
  bool next(CsvRow& row);

 private:
  int peek();
  char take();
  bool take_line_end();
  bool read_field();
  void read_quoted_field();
  void check_encoding(Index line) const;
  [[noreturn]] void fail(Index line, const std::string& message) const;

  Source source_;
  std::string name_;
  char delimiter_;
  std::vector<char> buffer_;
  std::size_t position_ = 0, filled_ = 0;
  bool at_start_ = true;
  Index line_ = 1;
  std::string text_;  ///< the fields of the current row, one after another
  std::vector<std::size_t> ends_;
};

/// How a csv file is written.
struct CsvFormat {
  char delimiter = ',';
  bool header = true;
  Index skip_rows = 0;
};

/// A whole file. Cells stay text until it is known what each column means.
struct CsvTable {
  std::string path;
  bool named = false;                   ///< the names stand in the file
  std::vector<std::string> names = {};  ///< of the header, or x0, x1, ...
  std::string text = {};
  std::vector<std::size_t> ends = {};  ///< [columns, rows]
  std::vector<Index> lines = {};       ///< [rows]

  Index columns() const { return static_cast<Index>(names.size()); }
  Index rows() const { return static_cast<Index>(lines.size()); }
  CsvRow row(Index r) const;
  /// The column of that name, or -1.
  Index find(std::string_view name) const;
  /// The names of the columns (the first 20), for messages.
  std::string column_list() const;
};

/// Reads a plain or gzip-compressed csv file. Throws `InputError` for ragged rows (with the line),
/// a header with two columns of one name, and a file without rows.
CsvTable read_csv(const std::string& path, const CsvFormat& format);

/// `x0`, `x1`, ...: the names of columns without a header.
std::string default_column_name(Index column);

/// Where a cell stands: `wine.csv, line 3, column 2 ("alcohol")`; columns count from 1 here.
std::string csv_place(const std::string& file, Index line, Index column, const std::string& name);

}  // namespace clino
