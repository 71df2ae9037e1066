#include "report/number_text.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace clino::report {

namespace {

/// Without the locale that printf would ask.
std::string written(double value, std::chars_format format, int precision) {
  std::array<char, 400> buffer{};
  const auto end = std::to_chars(buffer.begin(), buffer.end(), value, format, precision).ptr;
  return {buffer.begin(), end};
}

void drop_trailing_zeros(std::string& digits) {
  if (digits.find('.') == std::string::npos) return;
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.ends_with('.')) digits.pop_back();
}

}  // namespace

std::string number_text(double value, int digits) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  if (value == 0) return "0";
  const double magnitude = std::abs(value);
  if (magnitude >= 1e-4 && magnitude < 1e6) {
    const int decimals = digits - 1 - static_cast<int>(std::floor(std::log10(magnitude)));
    std::string text = written(value, std::chars_format::fixed, decimals < 0 ? 0 : decimals);
    drop_trailing_zeros(text);
    return text;
  }
  const std::string text = written(value, std::chars_format::scientific, digits - 1);
  const std::size_t e = text.find('e');
  std::string mantissa = text.substr(0, e);
  drop_trailing_zeros(mantissa);
  const std::string sign = text[e + 1] == '-' ? "-" : "";
  const std::string exponent = text.substr(e + 2);
  return mantissa + "e" + sign + exponent.substr(exponent.starts_with('0') ? 1 : 0);
}

std::string coordinate(double value) {
  std::string digits = written(value, std::chars_format::fixed, 2);
  drop_trailing_zeros(digits);
  return digits == "-0" ? "0" : digits;
}

std::string count_text(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

std::string percent_text(double fraction) {
  if (!std::isfinite(fraction)) return number_text(fraction);
  std::string digits = written(100 * fraction, std::chars_format::fixed, 1);
  drop_trailing_zeros(digits);
  return digits + " %";
}

std::string duration_text(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0) return number_text(seconds);
  if (seconds < 10) return written(seconds, std::chars_format::fixed, 2) + " s";
  if (seconds < 60) return written(seconds, std::chars_format::fixed, 1) + " s";
  const double whole = std::floor(seconds);
  const auto text = [](double count) { return written(count, std::chars_format::fixed, 0); };
  if (seconds < 3600) {
    return text(std::floor(whole / 60)) + " min " + text(std::fmod(whole, 60)) + " s";
  }
  return text(std::floor(whole / 3600)) + " h " + text(std::floor(std::fmod(whole, 3600) / 60)) +
         " min";
}

}  // namespace clino::report
