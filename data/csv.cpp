#include "data/csv.hpp"

#include <algorithm>
#include <set>

#include "core/errors.hpp"
#include "data/byte_reader.hpp"
#include "data/text.hpp"

namespace clino {

namespace {

std::string line_place(const CsvTable& table, Index line) {
  return table.path + ", line " + std::to_string(line) + ": ";
}

void take_header(CsvTable& table, const CsvRow& row) {
  std::set<std::string> seen;
  for (Index i = 0; i < row.size(); ++i) {
    std::string name(row[i]);
    if (name.empty()) name = default_column_name(i);
    if (!seen.insert(name).second) {
      throw InputError(line_place(table, row.line) + "two columns are named " + in_quotes(name));
    }
    table.names.push_back(std::move(name));
  }
  table.named = true;
}

void take_row(CsvTable& table, const CsvRow& row) {
  if (table.names.empty()) {
    for (Index i = 0; i < row.size(); ++i) table.names.push_back(default_column_name(i));
  }
  if (row.size() != table.columns()) {
    throw InputError(line_place(table, row.line) + "expected " + std::to_string(table.columns()) +
                     " fields, found " + std::to_string(row.size()));
  }
  const std::size_t base = table.text.size();
  table.text.append(row.text, row.ends.back());
  for (const std::size_t end : row.ends) table.ends.push_back(base + end);
  table.lines.push_back(row.line);
}

}  // namespace

CsvRow CsvTable::row(Index r) const {
  const auto width = names.size();
  const std::size_t first = static_cast<std::size_t>(r) * width;
  return {.text = text.data(),
          .begin = first == 0 ? 0 : ends[first - 1],
          .ends = std::span(ends).subspan(first, width),
          .line = lines[static_cast<std::size_t>(r)]};
}

Index CsvTable::find(std::string_view name) const {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? -1 : found - names.begin();
}

std::string CsvTable::column_list() const { return first_names(names); }

CsvTable read_csv(const std::string& path, const CsvFormat& format) {
  ByteReader file(path);
  CsvScanner scanner([&](std::span<char> buffer) { return file.read(buffer); }, path,
                     format.delimiter);
  scanner.skip_lines(format.skip_rows);
  CsvTable table{.path = path};
  CsvRow row;
  if (format.header && scanner.next(row)) take_header(table, row);
  while (scanner.next(row)) take_row(table, row);
  if (table.rows() == 0) throw InputError(path + ": no rows");
  return table;
}

std::string default_column_name(Index column) { return "x" + std::to_string(column); }

std::string csv_place(const std::string& file, Index line, Index column, const std::string& name) {
  return file + ", line " + std::to_string(line) + ", column " + std::to_string(column + 1) + " (" +
         in_quotes(name) + ")";
}

}  // namespace clino
