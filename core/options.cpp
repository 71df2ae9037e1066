#include "core/options.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <utility>

#include "core/errors.hpp"

namespace clino {

namespace {

constexpr double kLargestExactWhole = 9007199254740992.0;  // 2^53

bool is_whole(double x) { return std::abs(x) <= kLargestExactWhole && x == std::floor(x); }

// Each overload answers for one alternative of OptionValue: does it fit?

bool fits(const Option& option, std::monostate /*null*/) {
  const bool means_not_given =
      !option.required && std::holds_alternative<std::monostate>(option.default_value);
  return (option.types & kNull) != 0U || means_not_given;
}

bool fits(const Option& option, bool /*value*/) { return (option.types & kBoolean) != 0U; }

bool fits(const Option& option, double x) {
  const bool type_fits =
      (option.types & kNumber) != 0U || ((option.types & kInteger) != 0U && is_whole(x));
  return type_fits && std::isfinite(x) && option.range.contains(x);
}

bool fits(const Option& option, std::int64_t x) {
  // 2^53 + 1 would be rounded into a range that ends at 2^53.
  const bool exact = x >= -(std::int64_t{1} << 53) && x <= (std::int64_t{1} << 53);
  return (exact || (option.types & kNumber) != 0U) && fits(option, static_cast<double>(x));
}

bool fits(const Option& option, const std::string& text) {
  return (option.types & kText) != 0U &&
         (option.choices.empty() ||
          std::count(option.choices.begin(), option.choices.end(), text) > 0);
}

bool fits(const Option& option, const std::vector<double>& list) {
  const bool only_whole = (option.types & kInteger) != 0U && (option.types & kNumber) == 0U;
  return (option.types & kNumbers) != 0U && std::all_of(list.begin(), list.end(), [&](double x) {
           return std::isfinite(x) && option.range.contains(x) && (is_whole(x) || !only_whole);
         });
}

bool fits(const Option& option, const std::vector<std::string>& /*list*/) {
  return (option.types & kTexts) != 0U;
}

// One JSON number, two C++ types: what an option holds does not depend on how it was written.
OptionValue normalised(const Option& option, OptionValue value) {
  const bool keeps_numbers = (option.types & kNumber) != 0U;
  if (const auto* whole = std::get_if<std::int64_t>(&value); whole != nullptr && keeps_numbers) {
    return static_cast<double>(*whole);
  }
  if (const auto* number = std::get_if<double>(&value); number != nullptr && !keeps_numbers) {
    return static_cast<std::int64_t>(*number);
  }
  return value;
}

template <class Named>
std::vector<std::string> names_of(const std::vector<Named>& entries) {
  std::vector<std::string> names;
  names.reserve(entries.size());
  for (const Named& entry : entries) names.push_back(entry.name);
  return names;
}

template <class Named>
const Named* find_named(const std::vector<Named>& entries, std::string_view name) {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const Named& entry) { return entry.name == name; });
  return found == entries.end() ? nullptr : &*found;
}

}  // namespace

template <class V>
V Choice::get(std::string_view option) const {
  const auto found = options.find(std::string(option));
  if (found != options.end()) {
    if (const V* value = std::get_if<V>(&found->second)) return *value;
    if constexpr (std::is_same_v<V, double>) {
      const auto* whole = std::get_if<std::int64_t>(&found->second);
      if (whole != nullptr) return static_cast<double>(*whole);
    }
  }
  throw UsageError(
      "option \"" + std::string(option) + "\" of \"" + type + "\" " +
      (found == options.end() ? "is missing" : "has another type: " + to_text(found->second)));
}

template bool Choice::get<bool>(std::string_view) const;
template std::int64_t Choice::get<std::int64_t>(std::string_view) const;
template double Choice::get<double>(std::string_view) const;
template std::string Choice::get<std::string>(std::string_view) const;
template std::vector<double> Choice::get<std::vector<double>>(std::string_view) const;
template std::vector<std::string> Choice::get<std::vector<std::string>>(std::string_view) const;

bool Choice::has(std::string_view option) const {
  const auto found = options.find(std::string(option));
  return found != options.end() && !std::holds_alternative<std::monostate>(found->second);
}

const CatalogueEntry& find_entry(const Catalogue& catalogue, std::string_view name,
                                 std::string_view what) {
  if (const CatalogueEntry* entry = find_named(catalogue, name)) return *entry;
  throw UsageError("unknown " + std::string(what) + " \"" + std::string(name) + "\"" +
                   suggestion(name, names_of(catalogue)));
}

Choice complete(const Catalogue& catalogue, Choice choice, std::string_view what) {
  const CatalogueEntry& entry = find_entry(catalogue, choice.type, what);
  const auto refuse = [&](const std::string& problem) {
    throw UsageError(std::string(what) + " \"" + choice.type + "\": " + problem);
  };
  for (const auto& [name, value] : choice.options) {
    if (find_named(entry.options, name) != nullptr) continue;
    refuse("unknown option \"" + name + "\"" + suggestion(name, names_of(entry.options)));
  }
  for (const Option& option : entry.options) {
    const auto [given, absent] = choice.options.try_emplace(option.name, option.default_value);
    if (absent && option.required) {
      refuse("option \"" + option.name + "\" is missing; expected " + describe(option));
    }
    const std::string problem = mismatch(option, given->second);
    if (!problem.empty()) refuse(option.name + ": " + problem);
    given->second = normalised(option, std::move(given->second));
  }
  return choice;
}

std::string mismatch(const Option& option, const OptionValue& value) {
  if (std::visit([&](const auto& x) { return fits(option, x); }, value)) return "";
  return "expected " + describe(option) + ", found " + to_text(value);
}

}  // namespace clino
