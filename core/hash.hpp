#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace clino {

/// A 64-bit fingerprint of bytes, eight at a time: FNV-1a over words with a final mixing
/// (MurmurHash3's finaliser). Tells apart configs, data and weights; protects against nothing.
class Hash {
 public:
  void add(std::string_view bytes) {
    while (bytes.size() >= sizeof(std::uint64_t)) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes.data(), sizeof(word));
      mix(word);
      bytes.remove_prefix(sizeof(word));
    }
    std::uint64_t rest = bytes.size();
    for (const char c : bytes) rest = (rest << 8U) | static_cast<unsigned char>(c);
    mix(rest);
  }
  template <class Span>
  void add_values(const Span& values) {
    add({reinterpret_cast<const char*>(values.data()), values.size_bytes()});
  }

  std::uint64_t value() const {
    std::uint64_t h = state_;
    h = (h ^ (h >> 33U)) * 0xff51afd7ed558ccdULL;
    h = (h ^ (h >> 33U)) * 0xc4ceb9fe1a85ec53ULL;
    return h ^ (h >> 33U);
  }

 private:
  void mix(std::uint64_t word) {
    state_ = (state_ ^ word) * 0x100000001b3ULL;
    state_ ^= state_ >> 29U;
  }

  std::uint64_t state_ = 0xcbf29ce484222325ULL;
};

/// Sixteen hexadecimal digits.
inline std::string to_hex(std::uint64_t value) {
  std::string text(16, '0');
  for (int i = 15; i >= 0; --i, value >>= 4U)
    text[static_cast<std::size_t>(i)] = "0123456789abcdef"[value & 15U];
  return text;
}

}  // namespace clino
