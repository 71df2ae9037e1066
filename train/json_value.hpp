#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/options.hpp"

/// \file
/// JSON as a tree that knows where each value stands in its text, so that whoever checks it can
/// point there. Also what is written as JSON, in an order of the writer's own.

namespace clino {

struct JsonMember;

/// A value: a scalar, a list or an object. Members keep the order of the text.
struct JsonValue {
  enum class Kind { scalar, list, object };

  JsonValue() = default;  ///< null
  explicit JsonValue(OptionValue value, std::string place = {});

  Kind kind = Kind::scalar;
  /// null, a boolean, a number or a string. A whole number that does not fit `std::int64_t` is a
  /// double.
  OptionValue scalar;
  /// The text of a number that is not whole but was rounded to a double that is; else "".
  std::string rounded_from = {};
  std::vector<JsonValue> items;     ///< of a list
  std::vector<JsonMember> members;  ///< of an object
  std::string where;                ///< `file:line:column` of its first character

  bool is_null() const;
  /// The string, or null where this is none.
  const std::string* text() const;
  /// The value of a key, or null where this is no object or has no such key.
  const JsonValue* find(std::string_view key) const;
  JsonValue* find(std::string_view key);
  /// Appends a member.
  void add(std::string key, JsonValue value);
};

struct JsonMember {
  std::string key;
  JsonValue value;
  std::string where = {};  ///< of the key
};

/// An option's value as a tree; lists become lists.
JsonValue json_of(const OptionValue& value);
JsonValue json_list(std::vector<JsonValue> items);
JsonValue json_object(std::vector<JsonMember> members);

/// A tree as an option's value: a scalar, a list of numbers or a list of strings (which an empty
/// list is where `option` accepts only these). Nothing where it is none of them.
std::optional<OptionValue> option_value(const JsonValue& value, const Option& option);

/// Key `key` (or index) below `pointer`, with `~` and `/` escaped (RFC 6901).
std::string pointer_to(const std::string& pointer, std::string_view key);

/// The value as JSON text, two blanks deeper for each level; what fits is written on one line.
std::string write_json(const JsonValue& value);

/// The value as JSON text on one line.
std::string write_json_line(const JsonValue& value);

/// The same, cut off where it is long: for messages.
std::string brief_text(const JsonValue& value);

}  // namespace clino
