#include <algorithm>
#include <string>
#include <variant>

#include "core/errors.hpp"
#include "data/csv_source.hpp"
#include "data/text.hpp"

namespace clino {

namespace {

Index column_named(const CsvTable& table, const std::string& name, const std::string& what) {
  const Index found = table.find(name);
  if (found >= 0) return found;
  const std::string nearest = nearest_name(name, table.names);
  throw UsageError("data source \"csv\": " + what + ": " + table.path + " has no column " +
                   in_quotes(name) +
                   (nearest.empty() ? "" : "; did you mean " + in_quotes(nearest) + "?") +
                   "; its columns are " + table.column_list());
}

Index column_at(const CsvTable& table, Index index, const std::string& what) {
  const Index columns = table.columns();
  if (index >= -columns && index < columns) return index < 0 ? index + columns : index;
  throw UsageError("data source \"csv\": " + what + ": " + table.path + " has no column " +
                   std::to_string(index) + "; expected 0 to " + std::to_string(columns - 1) +
                   ", or -1 for the last");
}

/// The positions of the columns that an option names: one or a list, by name or index; null: none.
std::vector<Index> columns_of(const CsvTable& table, const OptionValue& value,
                              const std::string& what) {
  std::vector<Index> columns;
  if (const auto* name = std::get_if<std::string>(&value)) {
    columns.push_back(column_named(table, *name, what));
  } else if (const auto* index = std::get_if<std::int64_t>(&value)) {
    columns.push_back(column_at(table, static_cast<Index>(*index), what));
  } else if (const auto* names = std::get_if<std::vector<std::string>>(&value)) {
    for (const std::string& each : *names) columns.push_back(column_named(table, each, what));
  } else if (const auto* indices = std::get_if<std::vector<double>>(&value)) {
    for (const double each : *indices) {
      columns.push_back(column_at(table, static_cast<Index>(each), what));
    }
  }
  return columns;
}

}  // namespace

CsvRoles csv_roles(const CsvTable& table, const Choice& source) {
  CsvRoles roles;
  const OptionValue& target = source.options.at("target");
  if (target != OptionValue(std::string("input"))) {
    roles.targets = columns_of(table, target, "target");
  }
  if (source.has("weight")) {
    roles.weight = columns_of(table, source.options.at("weight"), "weight").front();
  }
  std::vector<Index> uses(static_cast<std::size_t>(table.columns()), 0);
  for (const Index column : columns_of(table, source.options.at("ignore"), "ignore")) {
    ++uses[static_cast<std::size_t>(column)];
  }
  for (const Index column : roles.targets) ++uses[static_cast<std::size_t>(column)];
  if (roles.weight >= 0) ++uses[static_cast<std::size_t>(roles.weight)];
  for (Index i = 0; i < table.columns(); ++i) {
    const Index count = uses[static_cast<std::size_t>(i)];
    if (count == 0) roles.features.push_back(i);
    if (count <= 1) continue;
    throw UsageError(R"(data source "csv": the column )" +
                     in_quotes(table.names[static_cast<std::size_t>(i)]) +
                     " is named twice, as target, weight or ignored");
  }
  if (roles.features.empty()) {
    throw UsageError("data source \"csv\": " + table.path +
                     " has no column left as a feature; its columns are " + table.column_list());
  }
  return roles;
}

}  // namespace clino
