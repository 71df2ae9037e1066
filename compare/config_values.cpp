#include "compare/config_values.hpp"

#include "compare/variation.hpp"
#include "train/json_reader.hpp"

namespace clino::compare {

namespace {

void flatten(const JsonValue& value, const std::string& key,
             std::map<std::string, std::string>& values) {
  if (value.kind != JsonValue::Kind::object || value.members.empty()) {
    values[key] = setting_text(value);
    return;
  }
  for (const JsonMember& member : value.members) {
    flatten(member.value, key.empty() ? member.key : key + "." + member.key, values);
  }
}

}  // namespace

std::map<std::string, std::string> config_values(const Config& config) {
  std::map<std::string, std::string> values;
  flatten(*read_json(resolved_json(config), "").root, "", values);
  values.erase("seed");
  values.erase("name");
  return values;
}

}  // namespace clino::compare
