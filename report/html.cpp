#include "report/html.hpp"

#include <cstdint>
#include <stdexcept>

namespace clino::report {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

/// One character of UTF-8 and how many bytes it took; `valid` is false for a broken sequence, of
/// which one byte is taken.
struct Character {
  std::uint32_t code = 0;
  std::size_t bytes = 1;
  bool valid = false;
};

Character next_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1, true};
  const std::size_t bytes = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < bytes) return {};
  std::uint32_t code = first & (0x7FU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return {};
    code = (code << 6U) | (byte(i) & 0x3FU);
  }
  // Overlong forms, surrogates and what lies beyond Unicode.
  constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < kSmallest[bytes] || surrogate || code > 0x10FFFF) return {};
  return {code, bytes, true};
}

bool harmless(std::uint32_t code) {
  if (code < 0x20) return code == '\t' || code == '\n';
  const bool control = code >= 0x7F && code < 0xA0;
  const bool direction = (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) ||
                         code == 0x200E || code == 0x200F || code == 0x061C;
  const bool line_end = code == 0x2028 || code == 0x2029;
  return !control && !direction && !line_end && code != 0xFFFE && code != 0xFFFF;
}

}  // namespace

std::string cleaned(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const Character character = next_character(text);
    const bool keep = character.valid && harmless(character.code);
    result += keep ? text.substr(0, character.bytes) : kReplacement;
    text.remove_prefix(character.bytes);
  }
  return result;
}

std::string escaped(std::string_view text) {
  std::string result;
  for (const char character : cleaned(text)) {
    switch (character) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      default:
        result += character;
    }
  }
  return result;
}

std::string shortened(std::string_view text, std::size_t length) {
  std::string clean = cleaned(text);
  std::size_t characters = 0, cut = 0;
  for (std::size_t i = 0; i < clean.size(); ++i) {
    if ((static_cast<unsigned char>(clean[i]) & 0xC0U) == 0x80) continue;
    if (++characters == length) cut = i;
  }
  return characters > length ? clean.substr(0, cut) + "…" : clean;
}

void Html::start(std::string_view tag, const Attributes& attributes) {
  markup_.append("<").append(tag);
  for (const Attribute& attribute : attributes) {
    markup_.append(" ").append(attribute.name).append("=\"");
    markup_.append(escaped(attribute.value)).append("\"");
  }
}

Html& Html::open(std::string_view tag, const Attributes& attributes) {
  start(tag, attributes);
  markup_ += '>';
  open_.emplace_back(tag);
  return *this;
}

Html& Html::close() {
  if (open_.empty()) throw std::logic_error("no element is open");
  markup_.append("</").append(open_.back()).append(">");
  open_.pop_back();
  return *this;
}

Html& Html::leaf(std::string_view tag, const Attributes& attributes, std::string_view content) {
  return open(tag, attributes).text(content).close();
}

Html& Html::empty(std::string_view tag, const Attributes& attributes) {
  start(tag, attributes);
  markup_ += '>';
  return *this;
}

Html& Html::shape(std::string_view tag, const Attributes& attributes) {
  start(tag, attributes);
  markup_ += "/>";
  return *this;
}

Html& Html::text(std::string_view content) {
  markup_ += escaped(content);
  return *this;
}

Html& Html::raw(std::string_view content) {
  markup_ += content;
  return *this;
}

const std::string& Html::markup() const {
  if (!open_.empty()) throw std::logic_error("<" + open_.back() + "> is not closed");
  return markup_;
}

}  // namespace clino::report
