#pragma once

#include <charconv>
#include <cmath>
#include <string>
#include <string_view>
#include <type_traits>

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
  /// Members written elsewhere: `"name":"0","type":"dense"`.
  JsonLine& raw(std::string_view members) {
    (*text_ += members) += ',';
    return *this;
  }

 private:
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
