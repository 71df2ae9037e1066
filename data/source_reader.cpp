#include "data/source_reader.hpp"

#include <algorithm>
#include <utility>

#include "core/errors.hpp"
#include "data/array_source.hpp"
#include "data/classes.hpp"
#include "data/csv_source.hpp"
#include "data/numbers.hpp"
#include "data/text.hpp"

namespace clino {

namespace {

void name_columns(const RawData& raw, Preprocessing& preprocessing) {
  preprocessing.file_columns = raw.features;
  for (Index i = 0; i < raw.features; ++i) {
    preprocessing.columns.push_back({.name = default_column_name(i), .position = i});
    preprocessing.feature_names.push_back(default_column_name(i));
  }
  const std::string target = preprocessing.target_kind == TargetKind::numbers ? "y" : "class";
  for (Index i = 0; i < raw.outputs; ++i) {
    preprocessing.target_names.push_back(raw.outputs == 1 ? target : target + std::to_string(i));
  }
}

/// A number as the name of a column is most likely a first row taken for a header.
void remark_numeric_header(const CsvTable& table, std::vector<std::string>& remarks) {
  const auto found = std::find_if(table.names.begin(), table.names.end(),
                                  [](const auto& name) { return parse_number(name).has_value(); });
  if (!table.named || found == table.names.end()) return;
  remarks.push_back(table.path + ": the header names a column " + in_quotes(*found) +
                    R"(; where the first line is a row, set "header": false)");
}

RawData learn_csv(const Choice& source, Preprocessing& preprocessing,
                  std::vector<std::string>& remarks) {
  const CsvTable table = read_csv_table(source, source.get<std::string>("path"));
  remark_numeric_header(table, remarks);
  const CsvRoles roles = csv_roles(table, source);
  learn_columns(table, roles, source, preprocessing);
  return csv_values(table, roles, preprocessing, source.get<std::string>("missing") == "mean");
}

RawData read_known_csv(const Choice& source, const Preprocessing& preprocessing) {
  const CsvTable table = read_csv_table(source, source.get<std::string>("path"));
  return csv_values(table, known_csv_roles(table, source, preprocessing), preprocessing,
                    !preprocessing.replacements.empty());
}

void check_known_shape(const RawData& raw, const Preprocessing& preprocessing) {
  const Index outputs =
      preprocessing.target_is_input ? 0 : static_cast<Index>(preprocessing.target_names.size());
  if (raw.features == preprocessing.features() && raw.outputs == outputs) return;
  throw InputError(raw.name + ": expected " + std::to_string(preprocessing.features()) +
                   " features and " + std::to_string(outputs) + " targets as in training, found " +
                   std::to_string(raw.features) + " and " + std::to_string(raw.outputs));
}

}  // namespace

RawData read_training_source(const Choice& source, std::uint64_t seed, Preprocessing& preprocessing,
                             std::vector<std::string>& remarks) {
  preprocessing.source = source.type;
  preprocessing.target_is_input = target_is_input(source);
  const bool classes = preprocessing.target_kind != TargetKind::numbers;
  if (classes && preprocessing.target_is_input) {
    throw UsageError(R"("target": "input" makes the targets numbers; the loss needs classes)");
  }
  const bool csv = source.type == "csv";
  RawData raw = csv ? learn_csv(source, preprocessing, remarks) : read_arrays(source, seed);
  if (!csv) name_columns(raw, preprocessing);
  if (preprocessing.target_is_input) {
    preprocessing.target_names = preprocessing.feature_names;
    if ((source.type == "idx" && source.has("train.labels")) ||
        (source.type == "npy" && source.has("targets"))) {
      remarks.emplace_back("the labels are not used: the target is the input");
    }
  }
  if (classes) {
    targets_to_labels(raw);
    learn_classes(raw, preprocessing);
    number_classes(raw, preprocessing);
  }
  return raw;
}

RawData read_known_source(const Choice& source, std::uint64_t seed,
                          const Preprocessing& preprocessing) {
  RawData raw =
      source.type == "csv" ? read_known_csv(source, preprocessing) : read_arrays(source, seed);
  check_known_shape(raw, preprocessing);
  if (preprocessing.target_kind != TargetKind::numbers) {
    targets_to_labels(raw);
    number_classes(raw, preprocessing);
  }
  return raw;
}

std::optional<Choice> test_source(const Choice& source) {
  Choice test = source;
  const auto move_option = [&](const std::string& from, const std::string& to) {
    test.options[to] = std::exchange(test.options[from], std::monostate{});
  };
  if (source.type == "csv" && source.has("test_path")) {
    move_option("test_path", "path");
    return test;
  }
  if (source.type == "idx" && source.has("test.images")) {
    move_option("test.images", "train.images");
    move_option("test.labels", "train.labels");
    return test;
  }
  return std::nullopt;
}

}  // namespace clino
