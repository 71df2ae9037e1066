#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace clino::report {

/// RFC 4648, with padding.
std::string base64(std::span<const std::uint8_t> bytes);

/// Little-endian doubles: every bit of them in 10.7 characters each, NaN and infinities too.
std::string base64(std::span<const double> values);

/// The bytes that hexadecimal digits stand for, as base64: how a content security policy writes a
/// hash.
std::string base64_of_hexadecimal(std::string_view digits);

}  // namespace clino::report
