#include <algorithm>
#include <string>
#include <variant>

#include "core/errors.hpp"
#include "data/array_source.hpp"
#include "data/csv_source.hpp"
#include "data/text.hpp"

namespace clino {

namespace {

Index training_column(const CsvTable& table, const std::string& name, const std::string& role) {
  const Index found = table.find(name);
  if (found >= 0) return found;
  throw InputError(table.path + ": the " + role + " column " + in_quotes(name) +
                   " of the training is missing; found " + table.column_list());
}

/// Names in the source itself have to be the training's.
void check_target_names(const CsvTable& table, const Choice& source,
                        const std::vector<std::string>& known) {
  const OptionValue& target = source.options.at("target");
  std::vector<std::string> given;
  if (const auto* name = std::get_if<std::string>(&target)) given = {*name};
  if (const auto* names = std::get_if<std::vector<std::string>>(&target)) given = *names;
  for (const std::string& name : given) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    throw InputError(table.path + ": the column " + in_quotes(name) +
                     " is no target of the training");
  }
}

/// A weight has no name in the training's preprocessing: an index is trusted where the other
/// columns are where the source's indices say.
Index weight_column(const CsvTable& table, const Choice& source, const CsvRoles& roles) {
  if (!source.has("weight")) return -1;
  const OptionValue& weight = source.options.at("weight");
  if (const auto* name = std::get_if<std::string>(&weight)) {
    return training_column(table, *name, "weight");
  }
  const CsvRoles ordered = csv_roles(table, source);
  if (ordered.features == roles.features && ordered.targets == roles.targets) return ordered.weight;
  throw InputError(
      table.path + ": the weight column is given as " + to_text(weight) +
      ", and the columns are not in the order of the training file: " + table.column_list());
}

void check_used_once(const CsvTable& table, const CsvRoles& roles) {
  std::vector<Index> used = roles.features;
  used.insert(used.end(), roles.targets.begin(), roles.targets.end());
  if (roles.weight >= 0) used.push_back(roles.weight);
  std::sort(used.begin(), used.end());
  const auto twice = std::adjacent_find(used.begin(), used.end());
  if (twice == used.end()) return;
  throw InputError(table.path + ": the column " +
                   in_quotes(table.names[static_cast<std::size_t>(*twice)]) +
                   " has two roles among feature, target and weight");
}

CsvRoles roles_by_name(const CsvTable& table, const Choice& source,
                       const Preprocessing& preprocessing) {
  CsvRoles roles;
  for (const SourceColumn& column : preprocessing.columns) {
    roles.features.push_back(training_column(table, column.name, "feature"));
  }
  if (!target_is_input(source)) {
    check_target_names(table, source, preprocessing.target_names);
    for (const std::string& name : preprocessing.target_names) {
      roles.targets.push_back(training_column(table, name, "target"));
    }
  }
  roles.weight = weight_column(table, source, roles);
  if (!preprocessing.target_is_input) check_used_once(table, roles);
  return roles;
}

CsvRoles roles_by_position(const CsvTable& table, const Choice& source,
                           const Preprocessing& preprocessing) {
  // Of generated data and arrays the inputs alone are columns.
  if (preprocessing.source == "csv" && table.columns() != preprocessing.file_columns) {
    throw InputError(table.path + ": expected " + std::to_string(preprocessing.file_columns) +
                     " columns as in the training file, found " + std::to_string(table.columns()));
  }
  CsvRoles roles = csv_roles(table, source);
  if (roles.features.size() == preprocessing.columns.size()) return roles;
  throw InputError(table.path + ": expected " + std::to_string(preprocessing.columns.size()) +
                   " feature columns as in training, found " +
                   std::to_string(roles.features.size()));
}

}  // namespace

CsvRoles known_csv_roles(const CsvTable& table, const Choice& source,
                         const Preprocessing& preprocessing) {
  const auto& columns = preprocessing.columns;
  const bool names_inputs = std::all_of(columns.begin(), columns.end(), [&](const auto& column) {
    return table.find(column.name) >= 0;
  });
  return table.named && (preprocessing.named_columns || names_inputs)
             ? roles_by_name(table, source, preprocessing)
             : roles_by_position(table, source, preprocessing);
}

}  // namespace clino
