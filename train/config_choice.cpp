#include "train/config_choice.hpp"

#include <utility>

namespace clino {

namespace {

// The value at `train.images`, or null.
const JsonValue* find_dotted(const JsonValue& object, const std::string& name) {
  const std::size_t dot = name.find('.');
  if (dot == std::string::npos) return object.find(name);
  const JsonValue* head = object.find(name.substr(0, dot));
  return head == nullptr ? nullptr : find_dotted(*head, name.substr(dot + 1));
}

void add_dotted(JsonValue& object, const std::string& name, JsonValue value) {
  const std::size_t dot = name.find('.');
  if (dot == std::string::npos) return object.add(name, std::move(value));
  const std::string head = name.substr(0, dot);
  if (object.find(head) == nullptr) object.add(head, json_object({}));
  add_dotted(*object.find(head), name.substr(dot + 1), std::move(value));
}

}  // namespace

std::string type_of(const JsonValue* value, const std::string& type_key,
                    const std::string& fallback) {
  if (value == nullptr) return fallback;
  if (value->text() != nullptr) return *value->text();
  const JsonValue* type = value->find(type_key);
  return type != nullptr && type->text() != nullptr ? *type->text() : fallback;
}

Choice choice_from(const JsonValue* value, const Catalogue& catalogue, const std::string& type_key,
                   const std::string& fallback) {
  Choice choice{.type = type_of(value, type_key, fallback)};
  for (const Option& option : find_entry(catalogue, choice.type, type_key).options) {
    const JsonValue* given = value == nullptr ? nullptr : find_dotted(*value, option.name);
    if (given == nullptr) continue;
    choice.options[option.name] = option_value(*given, option).value_or(OptionValue{});
  }
  return complete(catalogue, std::move(choice), type_key);
}

JsonValue choice_json(const Choice& choice, const Catalogue& catalogue,
                      const std::string& type_key) {
  JsonValue object = json_object({{type_key, json_of(choice.type)}});
  for (const Option& option : find_entry(catalogue, choice.type, type_key).options) {
    const auto value = choice.options.find(option.name);
    if (value != choice.options.end()) add_dotted(object, option.name, json_of(value->second));
  }
  return object;
}

}  // namespace clino
