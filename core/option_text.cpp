#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/nonfinite.hpp"
#include "core/options.hpp"

/// \file
/// What options accept and hold, in words; and the nearest name to one that is unknown.

namespace clino {

namespace {

// The shortest text that reads back to the same bits.
std::string number_text(double x) {
  if (!std::isfinite(x)) return "\"" + std::string(nonfinite_text(x)) + "\"";
  if (x == 0 && std::signbit(x)) return "-0.0";  // `-0` would be read as the whole number 0
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.begin(), text.end(), x).ptr;
  return {text.begin(), end};
}

std::string bound_text(double x) { return x == kCount.maximum ? "2^53" : number_text(x); }

std::string with_range(const std::string& what, const Range& range) {
  const std::string words = describe(range);
  return words.empty() ? what : what + " " + words;
}

std::string quoted(const std::string& text) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::string result = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (c == '\n') {
      result += "\\n";
    } else if (c == '\t') {
      result += "\\t";
    } else if (byte < 0x20) {
      result += "\\u00";
      result += kHex[byte / 16];
      result += kHex[byte % 16];
    } else {
      result += c;
    }
  }
  return result + '"';
}

std::string text_of(std::monostate /*null*/) { return "null"; }
std::string text_of(bool x) { return x ? "true" : "false"; }
std::string text_of(std::int64_t x) { return std::to_string(x); }
std::string text_of(double x) { return number_text(x); }
std::string text_of(const std::string& x) { return quoted(x); }

template <class T>
std::string text_of(const std::vector<T>& list) {
  std::string result;
  for (const T& x : list) result += (result.empty() ? "" : ", ") + text_of(x);
  return "[" + result + "]";
}

// `Leaky-ReLU` is as near to `leaky_relu` as a name can be.
std::string folded(std::string_view name) {
  std::string result(name);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '-' || c == ' ') c = '_';
  }
  return result;
}

// Edits that turn a into b, row by row (Damerau 1964, restricted): an insertion, a deletion, a
// replacement and a swap of neighbours each count 1.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  using Row = std::vector<std::size_t>;
  Row two_before;
  Row before;
  Row row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    two_before = std::exchange(before, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = before[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, row[j - 1] + 1, before[j] + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], two_before[j - 2] + 1);
    }
  }
  return row.back();
}

}  // namespace

std::string describe(const Range& range) {
  const bool low = std::isfinite(range.minimum);
  const bool high = std::isfinite(range.maximum);
  if (low && high) {
    return std::string(range.open_minimum ? "in (" : "in [") + bound_text(range.minimum) + ", " +
           bound_text(range.maximum) + (range.open_maximum ? ")" : "]");
  }
  if (low) return (range.open_minimum ? "> " : ">= ") + bound_text(range.minimum);
  if (high) return (range.open_maximum ? "< " : "<= ") + bound_text(range.maximum);
  return "";
}

std::string describe(const Option& option) {
  const auto accepts = [&](unsigned type) { return (option.types & type) != 0U; };
  std::vector<std::string> parts;
  const bool may_be_absent =
      !option.required && std::holds_alternative<std::monostate>(option.default_value);
  if (accepts(kNull) || may_be_absent) parts.emplace_back("null");
  if (accepts(kBoolean)) parts.emplace_back("true or false");
  if (accepts(kNumber)) {
    parts.push_back(with_range("a number", option.range));
  } else if (accepts(kInteger)) {
    parts.push_back(with_range("a whole number", option.range));
  }
  if (accepts(kText) && option.choices.empty()) parts.emplace_back("a string");
  if (accepts(kText)) {
    for (const std::string& choice : option.choices) parts.push_back(quoted(choice));
  }
  if (accepts(kNumbers)) {
    const bool whole = accepts(kInteger) && !accepts(kNumber);
    parts.push_back(
        with_range(whole ? "a list of whole numbers" : "a list of numbers", option.range));
  }
  if (accepts(kTexts)) parts.emplace_back("a list of strings");
  std::string result;
  for (const std::string& part : parts) result += (result.empty() ? "" : " or ") + part;
  return result;
}

std::string to_text(const OptionValue& value) {
  return std::visit([](const auto& x) { return text_of(x); }, value);
}

std::string nearest_name(std::string_view name, const std::vector<std::string>& known) {
  const std::string wanted = folded(name);
  std::string nearest;
  // More than a third of the letters wrong is another word.
  std::size_t smallest = std::max<std::size_t>(1, wanted.size() / 3) + 1;
  for (const std::string& candidate : known) {
    const std::size_t distance = edit_distance(wanted, folded(candidate));
    if (distance >= smallest) continue;
    smallest = distance;
    nearest = candidate;
  }
  return nearest;
}

std::string suggestion(std::string_view name, const std::vector<std::string>& known) {
  const std::string nearest = nearest_name(name, known);
  if (!nearest.empty()) return "; did you mean \"" + nearest + "\"?";
  std::string list;
  for (const std::string& each : known) list += (list.empty() ? "" : ", ") + each;
  return known.empty() ? "; there is none" : "; known: " + list;
}

}  // namespace clino
