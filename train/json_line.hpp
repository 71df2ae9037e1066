#pragma once

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/nonfinite.hpp"

namespace clino {

/// Writes one JSON object on one line into a growing text. The log's hot path: numbers go through
/// std::to_chars, in the shortest form that reads back to the same bits, without a tree in between.
/// Keys and texts must need no escapes; a user's own text is quoted by whoever passes `raw`.
class JsonLine {
 public:
  explicit JsonLine(std::string& text) : text_(&text) { *text_ += '{'; }
  JsonLine(const JsonLine&) = delete;
  JsonLine& operator=(const JsonLine&) = delete;
  /// The last member's comma becomes the end.
  ~JsonLine() {
    if (text_->back() == ',') text_->pop_back();
    *text_ += "}\n";
  }

  /// A number; one that is not finite is the string "nan", "inf" or "-inf".
  JsonLine& add(std::string_view key, double value) {
    if (!std::isfinite(value)) {
      return add(key, nonfinite_text(value));
    }
    return add_number(key, value);
  }
  /// A number, or null where there is none.
  template <class Number>
  JsonLine& add(std::string_view key, const std::optional<Number>& value) {
    return value ? add(key, *value) : add_null(key);
  }
  /// A list of whole numbers.
  template <std::size_t Count>
  JsonLine& add(std::string_view key, const std::array<std::uint64_t, Count>& values) {
    begin(key);
    *text_ += "\":[";
    for (const std::uint64_t value : values) {
      char number[24];
      char* end = std::to_chars(number, number + sizeof(number) - 1, value).ptr;
      *end++ = ',';
      text_->append(number, end);
    }
    end_list();
    *text_ += ',';
    return *this;
  }
  template <class Integer>
  requires std::is_integral_v<Integer> JsonLine& add(std::string_view key, Integer value) {
    return add_number(key, value);
  }
  JsonLine& add(std::string_view key, std::string_view value) {
    begin(key);
    ((*text_ += "\":\"") += value) += "\",";
    return *this;
  }
  JsonLine& add_null(std::string_view key) {
    begin(key);
    *text_ += "\":null,";
    return *this;
  }
  /// A list of numbers, each rounded to `digits` significant ones.
  JsonLine& add_rounded(std::string_view key, std::span<const double> values, int digits) {
    begin(key);
    *text_ += "\":";
    append_rounded(values, digits);
    *text_ += ',';
    return *this;
  }
  /// A list of such lists.
  JsonLine& add_rounded(std::string_view key, std::span<const std::vector<double>> rows,
                        int digits) {
    begin(key);
    *text_ += "\":[";
    for (const std::vector<double>& row : rows) {
      append_rounded(row, digits);
      *text_ += ',';
    }
    end_list();
    *text_ += ',';
    return *this;
  }
  /// Members written elsewhere: `"name":"0","type":"dense"`.
  JsonLine& raw(std::string_view members) {
    (*text_ += members) += ',';
    return *this;
  }

 private:
  void append_rounded(std::span<const double> values, int digits) {
    *text_ += '[';
    for (const double value : values) {
      if (std::isfinite(value)) {
        char number[32];
        const auto format = std::chars_format::general;
        text_->append(number,
                      std::to_chars(number, number + sizeof(number), value, format, digits).ptr);
      } else {
        ((*text_ += '"') += nonfinite_text(value)) += '"';
      }
      *text_ += ',';
    }
    end_list();
  }
  /// The last item's comma becomes the end.
  void end_list() {
    if (text_->back() == ',') text_->pop_back();
    *text_ += ']';
  }
  void begin(std::string_view key) { (*text_ += '"') += key; }
  template <class Number>
  JsonLine& add_number(std::string_view key, Number value) {
    begin(key);
    char rest[40] = {'"', ':'};  // in one piece: every append costs as much as some digits
    char* end = std::to_chars(rest + 2, rest + sizeof(rest) - 1, value).ptr;
    *end++ = ',';
    text_->append(rest, end);
    return *this;
  }

  std::string* text_;
};

}  // namespace clino
