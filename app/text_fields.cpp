#include "app/text_fields.hpp"

#include <algorithm>
#include <cmath>
#include <spdlog/fmt/fmt.h>

namespace clino::app {

namespace {

bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

std::size_t columns_of(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, starts_character));
}

/// The first `count` characters.
std::string first_characters(const std::string& text, std::size_t count) {
  std::size_t end = 0;
  for (; end < text.size(); ++end) {
    if (starts_character(text[end]) && count-- == 0) break;
  }
  return text.substr(0, end);
}

std::string blanks(const std::string& text, std::size_t width) {
  std::string result(width - columns_of(text), ' ');
  return result;
}

}  // namespace

std::string number_text(const char* format, double value) {
  return fmt::format(fmt::runtime(format), std::isnan(value) ? std::abs(value) : value);
}

std::string rate_text(double per_second) {
  // Rounded to what is shown before the unit is chosen: 999.7 is 1.00k and not 1000.
  if (!(per_second >= 999.5)) return number_text("{:.0f}/s", per_second);
  const bool millions = per_second >= 999.5e3;
  const double value = per_second / (millions ? 1e6 : 1e3);
  return number_text(value < 9.995 ? "{:.2f}" : "{:.0f}", value) + (millions ? "M/s" : "k/s");
}

std::string shortened(const std::string& text, std::size_t width) {
  if (columns_of(text) <= width) return text;
  if (width <= 2) return first_characters(text, width);
  return first_characters(text, width - 2) + "..";
}

std::string left_field(const std::string& text, std::size_t width) {
  const std::string shown = shortened(text, width - 1);
  return shown + blanks(shown, width);
}

std::string right_field(const std::string& text, std::size_t width) {
  const std::string shown = shortened(text, width - 1);
  return blanks(shown, width) + shown;
}

}  // namespace clino::app
