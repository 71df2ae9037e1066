#include "train/json_number.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>

#include "core/options.hpp"

namespace clino {

namespace {

std::string_view mantissa_of(std::string_view text) {
  return text.substr(0, text.find_first_of("eE"));
}

/// The size of a number, digits x 10^exponent, without zeros at either end of the digits.
struct Decimal {
  std::string digits = {};
  std::int64_t exponent = 0;

  bool operator==(const Decimal&) const = default;
};

Decimal decimal_of(std::string_view text) {
  Decimal decimal;
  const std::string_view mantissa = mantissa_of(text);
  std::string_view exponent = text.substr(mantissa.size());
  exponent.remove_prefix(std::min(exponent.find_first_of("-0123456789"), exponent.size()));
  std::from_chars(exponent.data(), exponent.data() + exponent.size(), decimal.exponent);
  bool after_point = false;
  for (const char c : mantissa) {
    if (c == '.') {
      after_point = true;
    } else if (c != '-') {
      decimal.digits += c;
      if (after_point) --decimal.exponent;
    }
  }
  while (!decimal.digits.empty() && decimal.digits.back() == '0') {
    decimal.digits.pop_back();
    ++decimal.exponent;
  }
  decimal.digits.erase(0, decimal.digits.find_first_not_of('0'));
  return decimal;
}

}  // namespace

bool underflows(std::string_view text, double x) {
  return x == 0 && mantissa_of(text).find_first_of("123456789") != std::string_view::npos;
}

bool is_rounded_to_whole(std::string_view text, double x) {
  const bool whole = std::abs(x) <= kWhole.maximum && x == std::floor(x);
  // Zero has no digits to compare, and its exponent may be any number at all.
  if (!whole || x == 0) return false;
  return decimal_of(text) != decimal_of(std::to_string(static_cast<std::int64_t>(x)));
}

}  // namespace clino
