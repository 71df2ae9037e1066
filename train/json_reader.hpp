#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "train/config_error.hpp"
#include "train/json_value.hpp"

/// \file
/// From JSON text to a tree that knows where each value stands in the text.

namespace clino {

/// How deep lists and objects may be nested.
inline constexpr std::size_t kDeepestNesting = 100;

struct JsonReading {
  /// Absent after a syntax error. A key given twice keeps its first value.
  std::optional<JsonValue> root;
  std::vector<Finding> findings;
};

/// Reads a config file's text. `//` and `/* */` comments and a byte order mark are allowed. Finds
/// syntax errors, keys given twice, nesting deeper than `kDeepestNesting`, invalid UTF-8 and
/// numbers too large for a double or so small that it would hold 0. Columns count characters,
/// from 1.
JsonReading read_json(std::string_view text, const std::string& origin);

/// Reads a value from the command line: no comments, and every value's place is `where`.
JsonReading read_json_argument(std::string_view text, const std::string& where);

}  // namespace clino
