#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace clino::test {

/// The `file:` address of a path, whatever bytes it has.
inline std::string file_address(const std::filesystem::path& file) {
  constexpr std::string_view kPlain =
      "/-._~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string address = "file://";
  for (const char c : std::filesystem::absolute(file).string()) {
    if (kPlain.find(c) != std::string_view::npos) {
      address += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      address += {'%', kDigits[byte / 16], kDigits[byte % 16]};
    }
  }
  return address;
}

/// What stands behind "base64," in the protocol's answers.
inline std::string decoded(std::string_view base64) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned bits = 0;
  int count = 0;
  for (const char c : base64) {
    const std::size_t value = kLetters.find(c);
    if (value == std::string_view::npos) break;  // the padding
    bits = (bits << 6 | static_cast<unsigned>(value)) & 0xffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes += static_cast<char>(bits >> count & 0xff);
    }
  }
  return bytes;
}

}  // namespace clino::test
