#include "data/text.hpp"

#include <algorithm>

namespace clino {

namespace {

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// The bytes of the character that `text` begins with; 0 for one that is malformed.
std::size_t character_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  const std::size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (text.size() < length) return 0;
  const std::string_view rest = text.substr(1, length - 1);
  if (!std::all_of(rest.begin(), rest.end(), continues)) return 0;
  // The second byte tells longer forms than needed, surrogates, and what is beyond U+10FFFF.
  const auto second = static_cast<unsigned char>(text[1]);
  const bool bad = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
                   (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F);
  return bad ? 0 : length;
}

std::string shown(char c) {
  if (c == '\n') return "\\n";
  if (c == '\r') return "\\r";
  if (c == '\t') return "\\t";
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x20 && byte != 0x7F) return {c};
  constexpr std::string_view kDigits = "0123456789abcdef";
  return {'\\', 'x', kDigits[byte / 16U], kDigits[byte % 16U]};
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  std::size_t good = 0;
  while (good < text.size()) {
    const std::size_t length = character_length(text.substr(good));
    if (length == 0) break;
    good += length;
  }
  return good;
}

std::string clipped(std::string_view text) {
  constexpr int kShown = 60;
  std::string result;
  int characters = 0;
  for (const char c : text) {
    if (!continues(c) && ++characters > kShown) return result + "...";
    result += shown(c);
  }
  return result;
}

std::string in_quotes(std::string_view text) { return '"' + clipped(text) + '"'; }

std::string first_names(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 20;
  std::string list;
  for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i) {
    list += (i > 0 ? ", " : "") + clipped(names[i]);
  }
  return list + (names.size() > kShown ? ", ..." : "");
}

}  // namespace clino
