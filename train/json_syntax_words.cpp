#include "train/json_syntax_words.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace clino {

namespace {

void replace(std::string& text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  if (at != std::string::npos) text.replace(at, from.size(), to);
}

}  // namespace

std::string plain_words(std::string message) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kWords{{
      // What newer versions of the parser say of an empty text.
      {"parse error at line 1, column 1: attempting to parse an empty input; check that your input "
       "string or stream contains the expected JSON",
       "the text ends too early; expected a value"},
      {"unexpected end of input", "the text ends too early"},
      {"unexpected '}'; expected string literal", "unexpected '}' after a comma; expected a key"},

      {"; expected '[', '{', or a literal", "; expected a value"},
      {"; expected string literal", "; expected a key in double quotes"},
      {"; expected '}'", "; expected a comma or '}'"},
      {"; expected ']'", "; expected a comma or ']'"},
      {"invalid literal", "unknown word; expected true, false, null, a number or \"text\""},
  }};
  if (const std::size_t syntax = message.find(" - "); syntax != std::string::npos) {
    message.erase(0, syntax + 3);
  } else if (const std::size_t id = message.find("] "); id != std::string::npos) {
    message.erase(0, id + 2);
  }
  message.erase(std::min(message.find("; last read"), message.size()));
  for (const auto& [from, to] : kWords) replace(message, from, to);
  return message;
}

}  // namespace clino
