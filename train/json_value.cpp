#include "train/json_value.hpp"

#include <utility>

namespace clino {

namespace {

constexpr std::size_t kLineWidth = 100;
constexpr std::size_t kBriefWidth = 60;

// The elements of a list or an object, each written by `write` where it is not a scalar.
template <class Write>
std::vector<std::string> elements(const JsonValue& value, Write write) {
  std::vector<std::string> texts;
  for (const JsonValue& item : value.items) texts.push_back(write(item));
  for (const JsonMember& member : value.members) {
    texts.push_back(to_text(OptionValue(member.key)) + ": " + write(member.value));
  }
  return texts;
}

std::string on_one_line(const JsonValue& value) {
  if (!value.rounded_from.empty()) return value.rounded_from;
  if (value.kind == JsonValue::Kind::scalar) return to_text(value.scalar);
  std::string text;
  for (const std::string& element : elements(value, on_one_line)) {
    text += (text.empty() ? "" : ", ") + element;
  }
  return value.kind == JsonValue::Kind::list ? "[" + text + "]" : "{" + text + "}";
}

// `indent`: blanks before the line that the value begins on. The whole config is never one line.
std::string write_at(const JsonValue& value, std::size_t indent) {
  std::string line = on_one_line(value);
  const bool empty = value.items.empty() && value.members.empty();
  if (empty || (indent > 0 && indent + line.size() <= kLineWidth)) return line;
  const std::string margin(indent + 2, ' ');
  std::string text;
  for (const std::string& element :
       elements(value, [&](const JsonValue& x) { return write_at(x, indent + 2); })) {
    text += (text.empty() ? "\n" : ",\n");
    text += margin;
    text += element;
  }
  const bool list = value.kind == JsonValue::Kind::list;
  return (list ? "[" : "{") + text + "\n" + std::string(indent, ' ') + (list ? "]" : "}");
}

}  // namespace

JsonValue::JsonValue(OptionValue value, std::string place)
    : scalar(std::move(value)), where(std::move(place)) {}

bool JsonValue::is_null() const {
  return kind == Kind::scalar && std::holds_alternative<std::monostate>(scalar);
}

const std::string* JsonValue::text() const {
  return kind == Kind::scalar ? std::get_if<std::string>(&scalar) : nullptr;
}

const JsonValue* JsonValue::find(std::string_view key) const {
  for (const JsonMember& member : members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

JsonValue* JsonValue::find(std::string_view key) {
  return const_cast<JsonValue*>(std::as_const(*this).find(key));
}

void JsonValue::add(std::string key, JsonValue value) {
  kind = Kind::object;
  members.push_back({std::move(key), std::move(value)});
}

JsonValue json_of(const OptionValue& value) {
  return std::visit(
      [](const auto& x) -> JsonValue {
        if constexpr (
            requires { x.push_back({}); } && !requires { x.c_str(); }) {
          std::vector<JsonValue> items;
          for (const auto& item : x) items.emplace_back(item);
          return json_list(std::move(items));
        } else {
          return JsonValue(x);
        }
      },
      value);
}

JsonValue json_list(std::vector<JsonValue> items) {
  JsonValue list;
  list.kind = JsonValue::Kind::list;
  list.items = std::move(items);
  return list;
}

JsonValue json_object(std::vector<JsonMember> members) {
  JsonValue object;
  object.kind = JsonValue::Kind::object;
  object.members = std::move(members);
  return object;
}

std::optional<OptionValue> option_value(const JsonValue& value, const Option& option) {
  if (value.kind == JsonValue::Kind::scalar) return value.scalar;
  if (value.kind == JsonValue::Kind::object) return std::nullopt;
  std::vector<double> numbers;
  std::vector<std::string> texts;
  for (const JsonValue& item : value.items) {
    if (item.kind != JsonValue::Kind::scalar) return std::nullopt;
    if (const auto* whole = std::get_if<std::int64_t>(&item.scalar)) {
      numbers.push_back(static_cast<double>(*whole));
    } else if (const auto* number = std::get_if<double>(&item.scalar)) {
      numbers.push_back(*number);
    } else if (item.text() != nullptr) {
      texts.push_back(*item.text());
    }
  }
  const bool prefers_numbers = (option.types & kNumbers) != 0U || (option.types & kTexts) == 0U;
  if (numbers.size() == value.items.size() && (!numbers.empty() || prefers_numbers)) return numbers;
  if (texts.size() == value.items.size()) return texts;
  return std::nullopt;
}

std::string pointer_to(const std::string& pointer, std::string_view key) {
  std::string result = pointer + "/";
  for (const char c : key) {
    if (c == '~') {
      result += "~0";
    } else if (c == '/') {
      result += "~1";
    } else {
      result += c;
    }
  }
  return result;
}

std::string write_json(const JsonValue& value) { return write_at(value, 0); }

std::string write_json_line(const JsonValue& value) { return on_one_line(value); }

std::string brief_text(const JsonValue& value) {
  std::string text = on_one_line(value);
  if (text.size() <= kBriefWidth) return text;
  std::size_t end = kBriefWidth;
  // Not in the middle of a UTF-8 character.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "...";
}

}  // namespace clino
