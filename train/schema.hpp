#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/options.hpp"
#include "train/config_error.hpp"
#include "train/json_value.hpp"

/// \file
/// What a config may say, as one tree of data. From it come the check with all its findings, the
/// JSON Schema and the reference in docs/: a key is described once.

namespace clino {

/// What may stand at one place of a config.
struct SchemaNode {
  enum class Kind {
    value,      ///< whatever `option` accepts
    object,     ///< the keys `fields`; a text alone stands for its `type_key` where `name_alone`
    list,       ///< any number of values like `fields[0]`
    choice,     ///< one of `branches`: its name alone, or an object that names it
    reference,  ///< the definition `target`
    map,        ///< an object with any keys, their values like `fields[0]`
    any,        ///< whatever JSON has
  };

  Kind kind = Kind::value;
  /// Name, description, and whether it is required. All else is for `value` alone, but for `kNull`
  /// among the types: null is accepted too.
  Option option = {};
  std::vector<SchemaNode> fields = {};    ///< of a choice: the keys that all types have
  std::vector<SchemaNode> branches = {};  ///< of a choice: an object for each type
  std::string type_key = {};              ///< the key that names the type, or that a text means
  std::string default_type = {};          ///< of a choice: the type where none is named
  bool name_alone = false;                ///< whether a name or text does without an object
  std::string target = {};                ///< of a reference

  const std::string& name() const { return option.name; }
  bool accepts_null() const;
  /// The field or branch of that name, or null.
  const SchemaNode* field(std::string_view key) const;
  const SchemaNode* branch(std::string_view type) const;
  /// The keys that have to be given.
  bool all_optional() const;
};

struct Schema {
  SchemaNode root;
  std::vector<SchemaNode> definitions;  ///< what references point to, by name

  /// The node itself, or what it refers to.
  const SchemaNode& resolve(const SchemaNode& node) const;
};

/// The schema of a config. Catalogues give all names and their options, `Config`'s own initial
/// values all other defaults.
const Schema& config_schema();

/// Everything in a document that does not fit: unknown keys and names, wrong types, numbers out of
/// range, missing keys. Each finding has the place and the pointer of what it is about.
std::vector<Finding> check(const Schema& schema, const JsonValue& document);

/// The schema as JSON Schema (draft 2020-12).
std::string json_schema(const Schema& schema, const std::string& title = "Clino config");

/// The reference of all keys as Markdown: docs/config.md.
std::string markdown_reference(const Schema& schema);

}  // namespace clino
