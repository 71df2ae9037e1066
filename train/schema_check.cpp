#include <algorithm>
#include <optional>
#include <utility>

#include "train/schema.hpp"

namespace clino {

namespace {

using Kind = SchemaNode::Kind;
using Fields = std::vector<const SchemaNode*>;

class Checker {
 public:
  explicit Checker(const Schema& schema) : schema_(schema) {}

  // Recursion is as deep as the document, which its reader limits.
  void check(const SchemaNode& node, const JsonValue& value, const std::string& pointer) {
    if (value.is_null() && node.accepts_null()) return;
    switch (node.kind) {
      case Kind::value:
        return check_value(node.option, value, pointer);
      case Kind::object:
        return check_object(node, value, pointer);
      case Kind::list:
        return check_list(node, value, pointer);
      case Kind::choice:
        return check_choice(node, value, pointer);
      case Kind::reference:
        return check(schema_.resolve(node), value, pointer);
      case Kind::map:
        return check_map(node, value, pointer);
      case Kind::any:
        return;
    }
  }

  std::vector<Finding> take() { return std::move(findings_); }

 private:
  void report(const std::string& where, const std::string& pointer, std::string message) {
    findings_.push_back({where, pointer, std::move(message)});
  }

  void expect(const std::string& expected, const JsonValue& value, const std::string& pointer) {
    report(value.where, pointer, "expected " + expected + ", found " + brief_text(value));
  }

  void check_value(const Option& option, const JsonValue& value, const std::string& pointer) {
    const std::optional<OptionValue> given = option_value(value, option);
    const std::string* text = value.text();
    if (!given || !mismatch(option, *given).empty() || (whole(option) && is_rounded(value))) {
      const std::string nearest = text == nullptr ? "" : nearest_name(*text, option.choices);
      report(value.where, pointer,
             "expected " + describe(option) + ", found " + brief_text(value) +
                 (nearest.empty() ? "" : suggestion(*text, option.choices)));
    } else if (option.path && text != nullptr && !can_be_path(*text)) {
      expect("the path of a file", value, pointer);
    }
  }

  void check_list(const SchemaNode& node, const JsonValue& value, const std::string& pointer) {
    if (value.kind != JsonValue::Kind::list) return expect("a list", value, pointer);
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      check(node.fields[0], value.items[i], pointer_to(pointer, std::to_string(i)));
    }
  }

  void check_map(const SchemaNode& node, const JsonValue& value, const std::string& pointer) {
    if (value.kind != JsonValue::Kind::object) return expect("an object", value, pointer);
    for (const JsonMember& member : value.members) {
      check(node.fields[0], member.value, pointer_to(pointer, member.key));
    }
  }

  void check_object(const SchemaNode& node, const JsonValue& value, const std::string& pointer) {
    if (node.name_alone && value.text() != nullptr) {
      return check(*node.field(node.type_key), value, pointer);
    }
    if (value.kind != JsonValue::Kind::object) return expect(expected(node), value, pointer);
    Fields fields;
    add(node.fields, fields);
    check_members(fields, {}, "", value, pointer);
    check_required(fields, value, pointer);
  }

  void check_choice(const SchemaNode& node, const JsonValue& value, const std::string& pointer) {
    const std::string* type = value.text();
    if (type != nullptr && node.name_alone)
      return check_named(node, *type, value, pointer, pointer);
    if (value.kind != JsonValue::Kind::object) {
      return expect(node.name_alone ? "a name or an object" : "an object", value, pointer);
    }
    const std::string type_pointer = pointer_to(pointer, node.type_key);
    const JsonValue* given = value.find(node.type_key);
    if (given == nullptr && node.default_type.empty()) {
      report(value.where, type_pointer, "missing; expected one of " + names(node));
      return check_without_type(node, value, pointer);
    }
    if (given != nullptr && given->text() == nullptr) {
      expect("a string: one of " + names(node), *given, type_pointer);
      return check_without_type(node, value, pointer);
    }
    const std::string& type_name = given == nullptr ? node.default_type : *given->text();
    check_named(node, type_name, value, pointer, type_pointer);
  }

  // `value` is the name alone or the object with the options.
  void check_named(const SchemaNode& node, const std::string& type, const JsonValue& value,
                   const std::string& pointer, const std::string& type_pointer) {
    const SchemaNode* branch = node.branch(type);
    if (branch == nullptr) {
      const JsonValue* given = value.find(node.type_key);
      std::vector<std::string> known;
      for (const SchemaNode& each : node.branches) known.push_back(each.name());
      // `data` names its kind by the key `source`, everything else by `type`.
      const std::string what =
          node.type_key == "type" ? node.name() : node.name() + " " + node.type_key;
      report(given == nullptr ? value.where : given->where, type_pointer,
             "unknown " + what + " \"" + type + "\"" + suggestion(type, known));
      return check_without_type(node, value, pointer);
    }
    Fields fields;
    add(branch->fields, fields);
    add(node.fields, fields);
    check_members(fields, {}, node.type_key, value, pointer);
    check_required(fields, value, pointer);
  }

  // Which options there are is not known; a key that no type has is wrong all the same.
  void check_without_type(const SchemaNode& node, const JsonValue& value,
                          const std::string& pointer) {
    Fields of_any_type;
    for (const SchemaNode& branch : node.branches) add(branch.fields, of_any_type);
    Fields shared;
    add(node.fields, shared);
    check_members(shared, of_any_type, node.type_key, value, pointer);
  }

  // Checks the members that are `fields`, leaves alone those that are `tolerated` or the type, for
  // which a plain object has no key: its `type_key` is "".
  void check_members(const Fields& fields, const Fields& tolerated, const std::string& type_key,
                     const JsonValue& object, const std::string& pointer) {
    for (const JsonMember& member : object.members) {
      const std::string member_pointer = pointer_to(pointer, member.key);
      if (const SchemaNode* field = find(fields, member.key)) {
        check(*field, member.value, member_pointer);
      } else if (find(tolerated, member.key) == nullptr &&
                 (type_key.empty() || member.key != type_key)) {
        std::vector<std::string> known;
        if (!type_key.empty()) known.push_back(type_key);
        for (const SchemaNode* each : fields) known.push_back(each->name());
        report(member.where, member_pointer,
               "unknown key " + brief_text(JsonValue(member.key)) + suggestion(member.key, known));
      }
    }
  }

  void check_required(const Fields& fields, const JsonValue& object, const std::string& pointer) {
    for (const SchemaNode* field : fields) {
      if (!field->option.required || object.find(field->name()) != nullptr) continue;
      report(object.where, pointer_to(pointer, field->name()),
             "missing; expected " + expected(*field));
    }
  }

  // The system would end a path at its first NUL.
  static bool can_be_path(const std::string& text) {
    return !text.empty() && text.find('\0') == std::string::npos;
  }

  static bool whole(const Option& option) {
    return (option.types & kInteger) != 0U && (option.types & kNumber) == 0U;
  }

  // Whether a number, or one of a list, was rounded to a whole one.
  static bool is_rounded(const JsonValue& value) {
    return !value.rounded_from.empty() ||
           std::any_of(value.items.begin(), value.items.end(), is_rounded);
  }

  static void add(const std::vector<SchemaNode>& nodes, Fields& fields) {
    for (const SchemaNode& node : nodes) fields.push_back(&node);
  }

  static const SchemaNode* find(const Fields& fields, std::string_view key) {
    for (const SchemaNode* field : fields) {
      if (field->name() == key) return field;
    }
    return nullptr;
  }

  std::string expected(const SchemaNode& node) const {
    switch (node.kind) {
      case Kind::value:
        return describe(node.option);
      case Kind::object:
        return node.name_alone ? "a string or an object" : "an object";
      case Kind::map:
        return "an object";
      case Kind::any:
        return "a value";
      case Kind::list:
        return "a list";
      case Kind::choice:
        return (node.name_alone ? "a name or an object: " : "an object: ") + names(node);
      case Kind::reference:
        return expected(schema_.resolve(node));
    }
    return "";
  }

  static std::string names(const SchemaNode& choice) {
    std::string list;
    for (const SchemaNode& branch : choice.branches)
      list += (list.empty() ? "" : ", ") + branch.name();
    return list;
  }

  const Schema& schema_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> check(const Schema& schema, const JsonValue& document) {
  Checker checker(schema);
  checker.check(schema.root, document, "");
  return checker.take();
}

}  // namespace clino
