#include <array>
#include <utility>

#include "train/schema.hpp"

namespace clino {

namespace {

using Kind = SchemaNode::Kind;

constexpr std::string_view kIntroduction =
    "# Config reference\n"
    "\n"
    "Written by `clino schema --markdown`. A config is JSON; `//` and `/* */` comments are "
    "allowed.\n"
    "Relative paths are relative to the config's folder. On the command line `key=value` "
    "overrides\n"
    "a key: `optimizer.learning_rate=0.1`, `model.layers.0.units=8`. Where several types are\n"
    "possible, a name alone (`\"tanh\"`) is short for an object with its defaults\n"
    "(`{\"type\": \"tanh\"}`). Either `model.hidden` or `model.layers` is given.\n";

std::string code(const std::string& text) { return "`" + text + "`"; }

// A table's cell: a bar would end it.
std::string cell(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '|') result += '\\';
    result += c;
  }
  return result.empty() ? " |" : " " + result + " |";
}

std::string joined(const std::vector<std::string>& parts, const std::string& between) {
  std::string result;
  for (const std::string& part : parts) result += (result.empty() ? "" : between) + part;
  return result;
}

std::string type_words(const Option& option) {
  static constexpr std::array<std::pair<unsigned, const char*>, 7> kWords{
      {{kBoolean, "true or false"},
       {kInteger, "whole number"},
       {kNumber, "number"},
       {kText, "string"},
       {kNumbers, "list of numbers"},
       {kTexts, "list of strings"},
       {kNull, "null"}}};
  std::vector<std::string> words;
  const bool may_be_absent =
      !option.required && std::holds_alternative<std::monostate>(option.default_value);
  const unsigned types = option.types | (may_be_absent ? unsigned{kNull} : 0U);
  for (const auto& [type, word] : kWords) {
    if ((types & type) != 0U) words.emplace_back(word);
  }
  return joined(words, " or ");
}

std::string range_words(const Option& option) {
  std::vector<std::string> words;
  for (const std::string& choice : option.choices)
    words.push_back(code(to_text(OptionValue(choice))));
  const std::string range = describe(option.range);
  if (!range.empty()) words.push_back(range);
  return joined(words, ", ");
}

std::string default_words(const Option& option) {
  return option.required ? "required" : code(to_text(option.default_value));
}

// One row. `first` is what stands in the columns before the type.
std::string row(const std::string& first, const std::string& type, const std::string& default_value,
                const std::string& range, const std::string& meaning) {
  return "|" + first + cell(type) + cell(default_value) + cell(range) + cell(meaning) + "\n";
}

class Reference {
 public:
  explicit Reference(const Schema& schema) : schema_(schema) {}

  std::string write() const {
    std::string text(kIntroduction);
    text += "\n## Keys\n\n| key | type | default | range | meaning |\n|---|---|---|---|---|\n";
    for (const SchemaNode& field : schema_.root.fields) text += rows(field, "", "");
    for (const SchemaNode& definition : schema_.definitions) text += section(definition);
    return text;
  }

 private:
  // `margin`: cells before the key's.
  std::string rows(const SchemaNode& node, const std::string& prefix,
                   const std::string& margin) const {
    const std::string key = prefix + node.name();
    const std::string first = margin + cell(code(key));
    const Option& option = node.option;
    const std::string or_null = node.accepts_null() ? " or null" : "";
    const std::string absent = option.required       ? "required"
                               : node.accepts_null() ? code("null")
                                                     : "";
    switch (node.kind) {
      case Kind::value:
        return row(first, type_words(option), default_words(option), range_words(option),
                   option.description);
      case Kind::list:
        return row(first, element_words(node) + or_null, absent, element_range(node),
                   option.description);
      case Kind::reference:
        return reference_row(node, first, or_null, absent);
      case Kind::object: {
        std::string text;
        if (!option.description.empty()) {
          text = row(first, (node.name_alone ? "string or object" : "object") + or_null, absent, "",
                     option.description);
        }
        for (const SchemaNode& field : node.fields) text += rows(field, key + ".", margin);
        return text;
      }
      case Kind::choice:  // stands among the definitions alone
      case Kind::map:     // in no config
      case Kind::any:
        break;
    }
    return "";
  }

  static std::string element_words(const SchemaNode& list) {
    const SchemaNode& element = list.fields[0];
    return element.kind == Kind::reference ? "list of " + link(element.target)
                                           : "list of " + type_words(element.option) + "s";
  }

  static std::string element_range(const SchemaNode& list) {
    const std::string range = describe(list.fields[0].option.range);
    return range.empty() ? "" : "each " + range;
  }

  std::string reference_row(const SchemaNode& node, const std::string& first,
                            const std::string& or_null, const std::string& absent) const {
    const SchemaNode& target = schema_.resolve(node);
    const std::string type = target.name_alone ? "name or object" : "object";
    const bool has_default = absent.empty() && !target.default_type.empty();
    return row(first, type + or_null,
               has_default ? code(to_text(OptionValue(target.default_type))) : absent,
               link(node.target), node.option.description);
  }

  static std::string link(const std::string& name) { return "[" + name + "](#" + name + ")"; }

  std::string section(const SchemaNode& choice) const {
    std::string text = "\n## " + choice.name() + "\n\n" + choice.option.description + "\n\n" +
                       cell(choice.type_key).insert(0, "|") +
                       " key | type | default | range | meaning |\n|---|---|---|---|---|---|\n";
    for (const SchemaNode& branch : choice.branches) {
      text += row(cell(code(to_text(OptionValue(branch.name())))) + cell(""), "", "", "",
                  branch.option.description);
      for (const SchemaNode& field : branch.fields) text += rows(field, "", cell(""));
    }
    for (const SchemaNode& field : choice.fields) text += rows(field, "", cell("each"));
    return text;
  }

  const Schema& schema_;
};

}  // namespace

std::string markdown_reference(const Schema& schema) { return Reference(schema).write(); }

}  // namespace clino
