#include "train/config_overrides.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "train/config_choice.hpp"
#include "train/json_reader.hpp"

namespace clino {

namespace {

using Kind = SchemaNode::Kind;

std::vector<std::string> split(const std::string& path) {
  std::vector<std::string> keys(1);
  for (const char c : path) {
    if (c == '.') {
      keys.emplace_back();
    } else {
      keys.back() += c;
    }
  }
  return keys;
}

// What the schema expects at `key` of `value`, a value of `node`; null where it knows nothing.
const SchemaNode* descend(const Schema& schema, const SchemaNode* node, const JsonValue& value,
                          const std::string& key) {
  if (node == nullptr) return nullptr;
  if (node->kind == Kind::list) return &schema.resolve(node->fields[0]);
  const SchemaNode* field = node->field(key);
  if (field == nullptr && node->kind == Kind::choice) {
    const SchemaNode* branch = node->branch(type_of(&value, node->type_key, node->default_type));
    if (branch != nullptr) field = branch->field(key);
  }
  return field == nullptr ? nullptr : &schema.resolve(*field);
}

class Override {
 public:
  Override(const Schema& schema, const std::string& text, std::vector<Finding>& findings)
      : schema_(schema), text_(text), where_("override \"" + text + "\""), findings_(findings) {}

  void apply(JsonValue& document) {
    const std::size_t equals = text_.find('=');
    if (equals == std::string::npos) return report("expected key=value");
    const std::vector<std::string> keys = split(text_.substr(0, equals));
    if (keys.size() > kDeepestNesting) return report("nested too deep");
    if (std::count(keys.begin(), keys.end(), "") > 0) {
      return report("expected a key before \"=\" and between dots");
    }
    JsonValue* place = &document;
    const SchemaNode* node = &schema_.root;
    for (const std::string& key : keys) {
      place = enter(*place, node, key);
      if (place == nullptr) return;
    }
    if (auto value = parse(text_.substr(equals + 1))) *place = std::move(*value);
  }

 private:
  void report(std::string message) { findings_.push_back({where_, pointer_, std::move(message)}); }

  // The place of `key` in `parent`, made where it is missing; null after a finding. `node` goes
  // along.
  JsonValue* enter(JsonValue& parent, const SchemaNode*& node, const std::string& key) {
    if (parent.kind == JsonValue::Kind::list) return element(parent, node, key);
    if (parent.is_null()) {
      parent = json_object({});
      parent.where = where_;
    } else if (parent.text() != nullptr && node != nullptr && !node->type_key.empty()) {
      JsonValue object = json_object({{node->type_key, parent, parent.where}});
      object.where = parent.where;
      parent = std::move(object);
    }
    if (parent.kind != JsonValue::Kind::object) {
      report("no place for \"" + key + "\" in " + brief_text(parent) + "; expected an object");
      return nullptr;
    }
    node = descend(schema_, node, parent, key);
    pointer_ = pointer_to(pointer_, key);
    if (parent.find(key) == nullptr) {
      parent.members.push_back({key, JsonValue({}, where_), where_});
    }
    return parent.find(key);
  }

  JsonValue* element(JsonValue& list, const SchemaNode*& node, const std::string& key) {
    std::size_t index = 0;
    const char* end = key.data() + key.size();
    const auto [stop, error] = std::from_chars(key.data(), end, index);
    if (error != std::errc{} || stop != end || index >= list.items.size()) {
      report("no element " + key + "; expected an index below " +
             std::to_string(list.items.size()));
      return nullptr;
    }
    node = descend(schema_, node, list, key);
    pointer_ = pointer_to(pointer_, key);
    return &list.items[index];
  }

  // The value as JSON, else as a string; nothing after a finding.
  std::optional<JsonValue> parse(const std::string& value) {
    JsonReading reading = read_json_argument(value, where_);
    if (!reading.root) reading = read_json_argument(to_text(OptionValue(value)), where_);
    for (Finding& finding : reading.findings) {
      finding.pointer.insert(0, pointer_);
      findings_.push_back(std::move(finding));
    }
    return std::move(reading.root);
  }

  const Schema& schema_;
  const std::string& text_;
  std::string where_;
  std::string pointer_;
  std::vector<Finding>& findings_;
};

}  // namespace

void apply_override(const Schema& schema, JsonValue& document, const std::string& text,
                    std::vector<Finding>& findings) {
  Override(schema, text, findings).apply(document);
}

}  // namespace clino
