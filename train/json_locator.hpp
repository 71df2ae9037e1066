#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

/// \file
/// Lines and columns for a parser that only says how many characters it has consumed.

namespace clino {

/// Walks once over a JSON text, from token to token, counting lines and characters.
class JsonLocator {
 public:
  explicit JsonLocator(std::string_view text) : text_(text) {}

  /// Moves to the next token: over white space, commas, colons and comments. Stops at a comment
  /// that does not end.
  void skip_to_token() {
    while (position_ < text_.size()) {
      const std::size_t comment_end = end_of_comment();
      if (comment_end > position_) {
        move_to(comment_end);
      } else if (kBetweenTokens.find(text_[position_]) != std::string_view::npos) {
        move_to(position_ + 1);
      } else {
        return;
      }
    }
  }

  /// Moves forward to a position, in bytes.
  void move_to(std::size_t position) {
    for (; position_ < position && position_ < text_.size(); ++position_) {
      const auto byte = static_cast<unsigned char>(text_[position_]);
      if (byte == '\n') {
        ++line_;
        column_ = 1;
      } else if ((byte & 0xC0U) != 0x80U) {  // not the continuation of a UTF-8 character
        ++column_;
      }
    }
  }

  std::size_t position() const { return position_; }
  std::string line_and_column() const {
    return std::to_string(line_) + ":" + std::to_string(column_);
  }

 private:
  static constexpr std::string_view kBetweenTokens = " \t\r\n,:";

  // Where the comment that starts here ends; the present position where none does.
  std::size_t end_of_comment() const {
    const std::string_view start = text_.substr(position_, 2);
    if (start == "//") return std::min(text_.find('\n', position_), text_.size());
    if (start != "/*") return position_;
    const std::size_t end = text_.find("*/", position_ + 2);
    return end == std::string_view::npos ? position_ : end + 2;
  }

  std::string_view text_;
  std::size_t position_ = 0;
  std::size_t line_ = 1;
  std::size_t column_ = 1;
};

}  // namespace clino
