#include "data/csv_source.hpp"

#include <set>
#include <string_view>

#include "core/errors.hpp"
#include "data/csv_row.hpp"
#include "data/numbers.hpp"
#include "data/text.hpp"

namespace clino {

namespace {

/// The first cell of a column that is neither a number nor missing, as its row; -1 for none.
Index first_text_row(const CsvTable& table, Index column) {
  for (Index r = 0; r < table.rows(); ++r) {
    const std::string_view cell = table.row(r)[column];
    if (!parse_number(cell) && !is_missing(cell)) return r;
  }
  return -1;
}

std::vector<std::string> categories_of(const CsvTable& table, Index column) {
  constexpr std::size_t kMost = 1000;
  std::set<std::string_view> found;
  for (Index r = 0; r < table.rows(); ++r) {
    const std::string_view cell = table.row(r)[column];
    if (is_missing(cell)) continue;
    found.insert(cell);
    if (found.size() > kMost) {
      throw InputError(csv_place(table.path, table.row(r).line, column,
                                 table.names[static_cast<std::size_t>(column)]) +
                       ": more than 1000 different texts, too many for one input each");
    }
  }
  return {found.begin(), found.end()};
}

SourceColumn learn_column(const CsvTable& table, Index position, bool one_hot) {
  SourceColumn column{.name = table.names[static_cast<std::size_t>(position)],
                      .position = position};
  const Index text_row = first_text_row(table, position);
  if (text_row < 0) return column;
  if (!one_hot) {
    const CsvRow row = table.row(text_row);
    throw InputError(csv_place(table.path, row.line, position, column.name) +
                     ": expected a number, found " + in_quotes(row[position]) +
                     R"(; "text": "one_hot" makes one input for each text of a column)");
  }
  column.categories = categories_of(table, position);
  return column;
}

double read_weight(const CsvTable& table, const CsvRow& row, Index column) {
  const std::string& name = table.names[static_cast<std::size_t>(column)];
  const double weight = cell_number(table.path, row, column, name);
  if (weight >= 0) return weight;
  throw InputError(csv_place(table.path, row.line, column, name) +
                   ": expected a weight >= 0, found " + number_text(weight));
}

std::string read_label(const CsvTable& table, const CsvRow& row, Index column) {
  const std::string_view cell = row[column];
  if (!is_missing(cell)) return std::string(cell);
  throw InputError(
      csv_place(table.path, row.line, column, table.names[static_cast<std::size_t>(column)]) +
      ": missing class " + in_quotes(cell));
}

}  // namespace

CsvTable read_csv_table(const Choice& source, const std::string& path) {
  return read_csv(path, {.delimiter = source.get<std::string>("delimiter").front(),
                         .header = source.get<bool>("header"),
                         .skip_rows = static_cast<Index>(source.get<std::int64_t>("skip_rows"))});
}

void learn_columns(const CsvTable& table, const CsvRoles& roles, const Choice& source,
                   Preprocessing& preprocessing) {
  const bool one_hot = source.get<std::string>("text") == "one_hot";
  preprocessing.file_columns = table.columns();
  preprocessing.named_columns = table.named;
  preprocessing.delimiter = source.get<std::string>("delimiter");
  preprocessing.skip_rows = static_cast<Index>(source.get<std::int64_t>("skip_rows"));
  for (const Index position : roles.features) {
    preprocessing.columns.push_back(learn_column(table, position, one_hot));
    const SourceColumn& column = preprocessing.columns.back();
    if (column.categories.empty()) preprocessing.feature_names.push_back(column.name);
    for (const std::string& category : column.categories) {
      preprocessing.feature_names.push_back(column.name + "=" + category);
    }
  }
  for (const Index position : roles.targets) {
    preprocessing.target_names.push_back(table.names[static_cast<std::size_t>(position)]);
  }
}

RawData csv_values(const CsvTable& table, const CsvRoles& roles, const Preprocessing& preprocessing,
                   bool missing_allowed) {
  RawData raw{.name = table.path, .rows = table.rows(), .features = preprocessing.features()};
  const bool classes = preprocessing.target_kind != TargetKind::numbers;
  const auto width = static_cast<std::size_t>(raw.features);
  raw.outputs = static_cast<Index>(roles.targets.size());
  raw.inputs.resize(width * static_cast<std::size_t>(raw.rows));
  raw.lines = table.lines;
  for (Index r = 0; r < raw.rows; ++r) {
    const CsvRow row = table.row(r);
    read_raw_inputs(preprocessing, roles.features, table.path, row, missing_allowed,
                    std::span(raw.inputs).subspan(static_cast<std::size_t>(r) * width, width));
    for (const Index column : roles.targets) {
      if (classes) {
        raw.labels.push_back(read_label(table, row, column));
      } else {
        raw.targets.push_back(
            cell_number(table.path, row, column, table.names[static_cast<std::size_t>(column)]));
      }
    }
    if (roles.weight >= 0) raw.weights.push_back(read_weight(table, row, roles.weight));
  }
  return raw;
}

}  // namespace clino
