#include "train/preprocessing_json.hpp"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/errors.hpp"
#include "train/atomic_file.hpp"

namespace clino {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::pair<TargetKind, const char*>, 3> kTargetKinds{
    {{TargetKind::classes, "classes"},
     {TargetKind::binary, "binary"},
     {TargetKind::numbers, "numbers"}}};

}  // namespace

// The library finds these two by name and hides the nested lists of columns.
void to_json(Json& json, const SourceColumn& column) {
  json = {{"name", column.name}, {"position", column.position}, {"categories", column.categories}};
}
void from_json(const Json& json, SourceColumn& column) {
  json.at("name").get_to(column.name);
  json.at("position").get_to(column.position);
  json.at("categories").get_to(column.categories);
}

std::string preprocessing_json(const Preprocessing& p) {
  const char* kind = nullptr;
  for (const auto& [value, name] : kTargetKinds) {
    if (value == p.target_kind) kind = name;
  }
  const Json json{{"source", p.source},
                  {"feature_names", p.feature_names},
                  {"means", p.means},
                  {"scales", p.scales},
                  {"replacements", p.replacements},
                  {"target_kind", kind},
                  {"target_is_input", p.target_is_input},
                  {"target_names", p.target_names},
                  {"class_names", p.class_names},
                  {"integer_classes", p.integer_classes},
                  {"columns", p.columns},
                  {"file_columns", p.file_columns},
                  {"named_columns", p.named_columns},
                  {"delimiter", p.delimiter},
                  {"skip_rows", p.skip_rows}};
  return json.dump(2) + "\n";
}

Preprocessing load_preprocessing(const std::string& path) {
  try {
    const Json json = Json::parse(read_file(path));
    Preprocessing p;
    json.at("source").get_to(p.source);
    json.at("feature_names").get_to(p.feature_names);
    json.at("means").get_to(p.means);
    json.at("scales").get_to(p.scales);
    json.at("replacements").get_to(p.replacements);
    const auto kind = json.at("target_kind").get<std::string>();
    for (const auto& [value, name] : kTargetKinds) {
      if (kind == name) p.target_kind = value;
    }
    json.at("target_is_input").get_to(p.target_is_input);
    json.at("target_names").get_to(p.target_names);
    json.at("class_names").get_to(p.class_names);
    json.at("integer_classes").get_to(p.integer_classes);
    json.at("columns").get_to(p.columns);
    json.at("file_columns").get_to(p.file_columns);
    json.at("named_columns").get_to(p.named_columns);
    json.at("delimiter").get_to(p.delimiter);
    json.at("skip_rows").get_to(p.skip_rows);
    return p;
  } catch (const Json::exception& error) {
    throw InputError(path + " is damaged: " + error.what());
  }
}

}  // namespace clino
