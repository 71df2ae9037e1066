#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "train/schema.hpp"

namespace clino {

namespace {

using Kind = SchemaNode::Kind;

JsonValue text(std::string x) { return JsonValue(std::move(x)); }

JsonValue texts(const std::vector<std::string>& list) { return json_of(list); }

JsonValue type_schema(const char* type) { return json_object({{"type", text(type)}}); }

JsonValue number_schema(bool whole, Range range) {
  JsonValue result = type_schema(whole ? "integer" : "number");
  if (whole) {
    range.minimum = std::max(range.minimum, -kCount.maximum);
    range.maximum = std::min(range.maximum, kCount.maximum);
  }
  if (std::isfinite(range.minimum)) {
    result.add(range.open_minimum ? "exclusiveMinimum" : "minimum", JsonValue(range.minimum));
  }
  if (std::isfinite(range.maximum)) {
    result.add(range.open_maximum ? "exclusiveMaximum" : "maximum", JsonValue(range.maximum));
  }
  return result;
}

JsonValue array_schema(JsonValue items) {
  return json_object({{"type", text("array")}, {"items", std::move(items)}});
}

// What is accepted, one schema for each type.
std::vector<JsonValue> alternatives(const Option& option) {
  const auto accepts = [&](unsigned type) { return (option.types & type) != 0U; };
  const bool whole = accepts(kInteger) && !accepts(kNumber);
  std::vector<JsonValue> result;
  const bool may_be_absent =
      !option.required && std::holds_alternative<std::monostate>(option.default_value);
  if (accepts(kNull) || may_be_absent) result.push_back(type_schema("null"));
  if (accepts(kBoolean)) result.push_back(type_schema("boolean"));
  if (accepts(kInteger | kNumber)) result.push_back(number_schema(whole, option.range));
  if (accepts(kText) && option.choices.empty()) {
    result.push_back(type_schema("string"));
    if (option.path) result.back().add("minLength", JsonValue(std::int64_t{1}));
  }
  if (accepts(kText) && !option.choices.empty()) {
    result.push_back(json_object({{"enum", texts(option.choices)}}));
  }
  if (accepts(kNumbers)) result.push_back(array_schema(number_schema(whole, option.range)));
  if (accepts(kTexts)) result.push_back(array_schema(type_schema("string")));
  return result;
}

JsonValue any_of(std::vector<JsonValue> schemas) {
  if (schemas.size() == 1) return std::move(schemas[0]);
  return json_object({{"anyOf", json_list(std::move(schemas))}});
}

JsonValue schema_of(const SchemaNode& node);

// An object with these keys and no others. `type_key` (or "") may only have the value `type`.
JsonValue object_schema(const std::vector<const SchemaNode*>& fields, const std::string& type_key,
                        const std::string& type, bool type_required) {
  JsonValue properties = json_object({});
  std::vector<std::string> required;
  if (!type_key.empty()) properties.add(type_key, json_object({{"const", text(type)}}));
  if (type_required) required.push_back(type_key);
  for (const SchemaNode* field : fields) {
    properties.add(field->name(), schema_of(*field));
    if (field->option.required) required.push_back(field->name());
  }
  JsonValue result = type_schema("object");
  result.add("properties", std::move(properties));
  if (!required.empty()) result.add("required", texts(required));
  result.add("additionalProperties", JsonValue(false));
  return result;
}

JsonValue choice_schema(const SchemaNode& node) {
  std::vector<JsonValue> schemas;
  std::vector<std::string> names;
  for (const SchemaNode& branch : node.branches) {
    if (branch.all_optional()) names.push_back(branch.name());
  }
  if (node.name_alone) schemas.push_back(json_object({{"enum", texts(names)}}));
  for (const SchemaNode& branch : node.branches) {
    std::vector<const SchemaNode*> fields;
    for (const SchemaNode& field : branch.fields) fields.push_back(&field);
    for (const SchemaNode& field : node.fields) fields.push_back(&field);
    JsonValue schema =
        object_schema(fields, node.type_key, branch.name(), branch.name() != node.default_type);
    schema.add("description", text(branch.option.description));
    schemas.push_back(std::move(schema));
  }
  return any_of(std::move(schemas));
}

std::vector<JsonValue> node_alternatives(const SchemaNode& node) {
  if (node.kind == Kind::value) return alternatives(node.option);
  std::vector<JsonValue> result;
  if (node.accepts_null()) result.push_back(type_schema("null"));
  if (node.kind == Kind::any) {
    result.push_back(json_object({}));
  } else if (node.kind == Kind::map) {
    result.push_back(type_schema("object"));
    result.back().add("additionalProperties", schema_of(node.fields[0]));
  } else if (node.kind == Kind::list) {
    result.push_back(array_schema(schema_of(node.fields[0])));
  } else if (node.kind == Kind::choice) {
    result.push_back(choice_schema(node));
  } else if (node.kind == Kind::reference) {
    result.push_back(json_object({{"$ref", text("#/$defs/" + node.target)}}));
  } else {
    if (node.name_alone) {
      std::vector<JsonValue> texts = alternatives(node.field(node.type_key)->option);
      std::move(texts.begin(), texts.end(), std::back_inserter(result));
    }
    std::vector<const SchemaNode*> fields;
    for (const SchemaNode& field : node.fields) fields.push_back(&field);
    result.push_back(object_schema(fields, "", "", false));
  }
  return result;
}

JsonValue schema_of(const SchemaNode& node) {
  JsonValue result = any_of(node_alternatives(node));
  const Option& option = node.option;
  if (!option.description.empty()) result.add("description", text(option.description));
  const bool has_default = !std::holds_alternative<std::monostate>(option.default_value);
  if (has_default && !option.required) result.add("default", json_of(option.default_value));
  return result;
}

}  // namespace

std::string json_schema(const Schema& schema, const std::string& title) {
  JsonValue result = json_object(
      {{"$schema", text("https://json-schema.org/draft/2020-12/schema")}, {"title", text(title)}});
  for (JsonMember& member : schema_of(schema.root).members) {
    result.add(std::move(member.key), std::move(member.value));
  }
  JsonValue definitions = json_object({});
  for (const SchemaNode& node : schema.definitions) definitions.add(node.name(), schema_of(node));
  result.add("$defs", std::move(definitions));
  return write_json(result) + "\n";
}

}  // namespace clino
