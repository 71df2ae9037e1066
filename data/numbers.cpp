#include "data/numbers.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>

namespace clino {

namespace {

/// Whether a number too large or too small for a double is too small: it is less than 1, told by
/// the decimal place of its first digit other than 0 and by its exponent.
bool underflows(std::string_view digits) {
  const std::size_t exponent_at = digits.find_first_of("eE");
  const std::string_view mantissa = digits.substr(0, exponent_at);
  const auto point = static_cast<double>(std::min(mantissa.find('.'), mantissa.size()));
  const auto first =
      static_cast<double>(std::min(mantissa.find_first_of("123456789"), mantissa.size()));
  double exponent = 0;
  if (exponent_at != std::string_view::npos) {
    std::string_view text = digits.substr(exponent_at + 1);
    if (text.starts_with('+')) text.remove_prefix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
    if (error != std::errc()) return text.starts_with('-');
  }
  return point - first + exponent <= 0;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::optional<double> parse_number(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (stopped != end || error == std::errc::invalid_argument) return std::nullopt;
  if (error == std::errc::result_out_of_range) {
    const bool negative = text.starts_with('-');
    const double size =
        underflows(text.substr(negative ? 1 : 0)) ? 0.0 : std::numeric_limits<double>::infinity();
    return negative ? -size : size;
  }
  return value;
}

std::optional<std::int64_t> whole(double value) {
  constexpr double kLargest = 9007199254740992.0;  // 2^53
  if (!(std::abs(value) <= kLargest) || value != std::trunc(value)) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

std::optional<std::int64_t> parse_whole(std::string_view text) {
  const std::optional<double> value = parse_number(text);
  return value ? whole(*value) : std::nullopt;
}

std::string number_text(double value) {
  std::array<char, 32> buffer = {};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), result.ptr};
}

}  // namespace clino
