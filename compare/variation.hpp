#pragma once

#include <string>
#include <vector>

#include "train/json_value.hpp"

namespace clino::compare {

/// A value for one key of a config, as `key=value` on the command line has it.
struct Setting {
  std::string key;
  std::string value;  ///< JSON, or else a string

  std::string override_text() const { return key + "=" + value; }
  bool operator==(const Setting&) const = default;
};

/// One of the things that are compared: what it changes in the config.
struct Variation {
  std::string label;
  std::vector<Setting> settings;

  /// The value that it has for a key, or null.
  const std::string* find(const std::string& key) const;
};

/// What stands after the last dot of a key.
std::string last_part(const std::string& key);

/// The values that one key takes.
struct Axis {
  std::string key;
  std::vector<std::string> values;
};

/// `key=v1,v2,...`: split at commas outside of quotes, brackets and braces, so that a value can be
/// any JSON. Throws `UsageError` where there is no key, no value, or a bracket that does not close.
Axis parse_axis(const std::string& text);

/// A value of JSON as the text of a setting: a string without its quotes where it reads back so.
std::string setting_text(const JsonValue& value);

/// Every combination of the axes' values, the last one running fastest. Labels are the values:
/// names by themselves, numbers, lists and such as `key=value`.
std::vector<Variation> all_combinations(const std::vector<Axis>& axes);

/// Both: every one of `first` with every one of `second`.
std::vector<Variation> combined(const std::vector<Variation>& first,
                                const std::vector<Variation>& second);

/// A label without one of the parts between its commas, where it has it and others.
std::string without_part(const std::string& label, const std::string& part);

/// Throws `UsageError` where two have one label.
void check_labels(const std::vector<Variation>& variations);

/// The label as the name of a folder, by `folder_name` of train/run_directory.hpp.
std::string folder_of(const std::string& label);

/// The value in a few characters: `relu`, `elu(alpha=2)`, `12x16` for twelve times 16.
std::string short_value(const std::string& value);

}  // namespace clino::compare
