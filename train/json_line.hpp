#pragma once

#include <charconv>
#include <cmath>
#include <string>
#include <string_view>
#include <type_traits>

namespace clino {

/// Writes one JSON object on one line into a growing text. The log's hot path: numbers go through
/// std::to_chars, in the shortest form that reads back to the same bits, without a tree in between.
/// Keys and texts must need no escapes; a user's own text is quoted by whoever passes `raw`.
class JsonLine {
 public:
  explicit JsonLine(std::string& text) : text_(&text) { *text_ += '{'; }
  JsonLine(const JsonLine&) = delete;
  JsonLine& operator=(const JsonLine&) = delete;
  ~JsonLine() { *text_ += "}\n"; }

  /// A number; one that is not finite is the string "nan", "inf" or "-inf".
  JsonLine& add(std::string_view key, double value) {
    begin(key);
    if (std::isfinite(value)) {
      append(value);
    } else {
      *text_ += std::isnan(value) ? "\"nan\"" : value > 0 ? "\"inf\"" : "\"-inf\"";
    }
    return *this;
  }
  template <class Integer>
  requires std::is_integral_v<Integer> JsonLine& add(std::string_view key, Integer value) {
    begin(key);
    append(value);
    return *this;
  }
  JsonLine& add(std::string_view key, std::string_view value) {
    begin(key);
    ((*text_ += '"') += value) += '"';
    return *this;
  }
  JsonLine& add_null(std::string_view key) {
    begin(key);
    *text_ += "null";
    return *this;
  }
  /// Members written elsewhere: `"name":"0","type":"dense"`.
  JsonLine& raw(std::string_view members) {
    separate();
    *text_ += members;
    return *this;
  }

 private:
  void separate() {
    if (!first_) *text_ += ',';
    first_ = false;
  }
  void begin(std::string_view key) {
    separate();
    ((*text_ += '"') += key) += "\":";
  }
  template <class Number>
  void append(Number value) {
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof(digits), value).ptr;
    text_->append(digits, end);
  }

  std::string* text_;
  bool first_ = true;
};

}  // namespace clino
