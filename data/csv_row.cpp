#include "data/csv_row.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <optional>

#include "core/errors.hpp"
#include "data/numbers.hpp"
#include "data/text.hpp"

namespace clino {

namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

[[noreturn]] void fail(const std::string& file, const CsvRow& row, Index column,
                       const std::string& name, const std::string& message) {
  throw InputError(csv_place(file, row.line, column, name) + ": " + message);
}

/// The place of a cell among the sorted categories, or their number.
Index category_number(const std::vector<std::string>& categories, std::string_view cell) {
  const auto found = std::lower_bound(categories.begin(), categories.end(), cell);
  const bool known = found != categories.end() && *found == cell;
  return (known ? found : categories.end()) - categories.begin();
}

}  // namespace

bool is_missing(std::string_view cell) {
  constexpr std::string_view kTokens[] = {"", "?", "na", "n/a", "nan", "null"};
  return std::any_of(std::begin(kTokens), std::end(kTokens), [&](std::string_view token) {
    return std::equal(cell.begin(), cell.end(), token.begin(), token.end(),
                      [](char a, char b) { return lower(a) == b; });
  });
}

double cell_number(const std::string& file, const CsvRow& row, Index column,
                   const std::string& name) {
  const std::string_view cell = row[column];
  const std::optional<double> number = parse_number(cell);
  if (number && std::isfinite(*number)) return *number;
  if (is_missing(cell)) {
    fail(file, row, column, name,
         "missing value " + in_quotes(cell) +
             ", expected a number; \"missing\": \"mean\" replaces "
             "missing features by their mean");
  }
  fail(file, row, column, name,
       "expected a " + std::string(number ? "finite " : "") + "number, found " + in_quotes(cell));
}

void read_raw_inputs(const Preprocessing& preprocessing, std::span<const Index> positions,
                     const std::string& file, const CsvRow& row, bool missing_allowed,
                     std::span<double> raw) {
  std::size_t first = 0;
  for (std::size_t i = 0; i < positions.size(); ++i) {
    const SourceColumn& column = preprocessing.columns[i];
    const std::string_view cell = row[positions[i]];
    const auto values = raw.subspan(first, static_cast<std::size_t>(column.width()));
    first += values.size();
    if (missing_allowed && is_missing(cell)) {
      std::fill(values.begin(), values.end(), kMissing);
    } else if (column.categories.empty()) {
      values[0] = cell_number(file, row, positions[i], column.name);
    } else {
      const Index number = category_number(column.categories, cell);
      if (number == column.width()) {
        fail(file, row, positions[i], column.name,
             is_missing(cell) ? "missing value " + in_quotes(cell)
                              : "unknown category " + in_quotes(cell));
      }
      std::fill(values.begin(), values.end(), 0.0);
      values[static_cast<std::size_t>(number)] = 1;
    }
  }
}

}  // namespace clino
