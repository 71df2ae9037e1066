#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// \file
/// Options described as data. Every kind of thing that a config can name (an activation, an
/// initialiser, a loss, an optimiser, a schedule, a data source) lists its options here with type,
/// default and range. From these lists come the config check, the JSON Schema, `clino list` and
/// the reference in docs/: an option is described once.

namespace clino {

/// The value of an option. `std::monostate` is null: "not given" where the option allows that.
using OptionValue = std::variant<std::monostate, bool, std::int64_t, double, std::string,
                                 std::vector<double>, std::vector<std::string>>;

/// What an option accepts, as bits: `kNumber | kText` is a number or a string.
enum OptionTypes : unsigned {
  kNull = 1U,
  kBoolean = 2U,
  kInteger = 4U,   ///< a whole number, within the range
  kNumber = 8U,    ///< any finite number, within the range
  kText = 16U,     ///< a string, one of `choices` where these are given
  kNumbers = 32U,  ///< a list of numbers, each within the range; whole ones if with `kInteger` only
  kTexts = 64U,    ///< a list of strings
};

/// Bounds of a number. An open end excludes the bound itself.
struct Range {
  double minimum = -std::numeric_limits<double>::infinity();
  double maximum = std::numeric_limits<double>::infinity();
  bool open_minimum = false;
  bool open_maximum = false;

  bool contains(double x) const {
    return (open_minimum ? x > minimum : x >= minimum) &&
           (open_maximum ? x < maximum : x <= maximum);
  }
};

inline constexpr Range kPositive{.minimum = 0, .open_minimum = true};
inline constexpr Range kNonNegative{.minimum = 0};
inline constexpr Range kUnit{.minimum = 0, .maximum = 1};                                ///< [0, 1]
inline constexpr Range kUnitBelowOne{.minimum = 0, .maximum = 1, .open_maximum = true};  ///< [0, 1)
inline constexpr Range kBetweenZeroAndOne{
    .minimum = 0, .maximum = 1, .open_minimum = true, .open_maximum = true};  ///< (0, 1)
/// Whole numbers that a double, and so JSON, carries exactly.
inline constexpr Range kCount{.minimum = 1, .maximum = 9007199254740992.0};
inline constexpr Range kWhole{.minimum = 0, .maximum = 9007199254740992.0};

/// One option of an entry.
struct Option {
  std::string name;
  unsigned types = kNumber;
  OptionValue default_value;  ///< null with `required` unset means "not given"
  std::string description;
  Range range = {};
  std::vector<std::string> choices = {};
  bool required = false;
  bool path = false;  ///< a file's path, relative to the config's folder
};

/// One thing that a config can name by its type.
struct CatalogueEntry {
  std::string name;
  std::string summary;
  std::vector<Option> options;
};

using Catalogue = std::vector<CatalogueEntry>;

/// A type with a value for each of its options, as a config gives it: `{"type": "elu",
/// "alpha": 1}`. After `complete`, every option of the catalogue's entry is present.
struct Choice {
  std::string type;
  std::map<std::string, OptionValue> options = {};

  bool operator==(const Choice&) const = default;

  /// The value of an option. Throws `UsageError` where the option is absent or of another type; an
  /// integer is given as a number where a number is asked for.
  template <class V>
  V get(std::string_view option) const;
  /// Whether the option has a value other than null.
  bool has(std::string_view option) const;
};

/// The entry of that name. Throws `UsageError` naming the nearest known one.
const CatalogueEntry& find_entry(const Catalogue& catalogue, std::string_view name,
                                 std::string_view what);

/// Fills absent options with their defaults and checks the given ones: unknown names, types,
/// ranges, missing required options. Throws `UsageError`. For callers of the API: a config's
/// findings come with positions, from the config check, before this is reached.
Choice complete(const Catalogue& catalogue, Choice choice, std::string_view what);

/// Why a value does not fit an option (`expected a number > 0, found -1`), or "" where it fits.
std::string mismatch(const Option& option, const OptionValue& value);

/// What an option accepts, in words: `a number > 0`, `null or "balanced" or a list of numbers`.
std::string describe(const Option& option);

/// A range in words: `> 0`, `in [0, 1)`, or "" for all numbers.
std::string describe(const Range& range);

/// A value as JSON would write it.
std::string to_text(const OptionValue& value);

/// The name with the smallest edit distance to `name`, or "" where none is near enough to suggest.
std::string nearest_name(std::string_view name, const std::vector<std::string>& known);

/// The end of a message about an unknown name: `; did you mean "tanh"?`, or what there is.
std::string suggestion(std::string_view name, const std::vector<std::string>& known);

}  // namespace clino
