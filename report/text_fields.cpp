#include "report/text_fields.hpp"

#include <algorithm>

#include "report/html.hpp"

namespace clino::report {

namespace {

bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

/// The first `count` characters.
std::string first_characters(std::string_view text, std::size_t count) {
  std::size_t end = 0;
  for (; end < text.size(); ++end) {
    if (starts_character(text[end]) && count-- == 0) break;
  }
  return std::string(text.substr(0, end));
}

/// At most `width` columns.
std::string fitted(std::string_view text, std::size_t width) {
  if (columns_of(text) <= width) return std::string(text);
  if (width <= 2) return first_characters(text, width);
  return first_characters(text, width - 2) + "..";
}

std::string blanks(std::string_view text, std::size_t width) {
  std::string result(width - columns_of(text), ' ');
  return result;
}

}  // namespace

std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, starts_character));
}

std::string one_line(std::string_view text) {
  std::string line = cleaned(text);
  std::ranges::replace_if(
      line, [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return line;
}

std::string left_field(std::string_view text, std::size_t width) {
  const std::string shown = fitted(one_line(text), width - 1);
  return shown + blanks(shown, width);
}

std::string right_field(std::string_view text, std::size_t width) {
  const std::string shown = fitted(one_line(text), width - 1);
  return blanks(shown, width) + shown;
}

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
  std::string lines;
  std::size_t used = indent;
  bool line_begins = true;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    if (!line_begins && used + 1 + columns_of(word) > width) {
      lines += '\n' + std::string(indent, ' ');
      used = indent;
      line_begins = true;
    }
    if (!line_begins) {
      lines += ' ';
      ++used;
    }
    lines += word;
    used += columns_of(word);
    line_begins = false;
  }
  return lines;
}

}  // namespace clino::report
