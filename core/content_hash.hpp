#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// A fingerprint of a config, of data or of weights: equal for equal bytes, on one machine; not for
/// security.

namespace clino {

/// Folds bytes into 64 bits, eight at a time (the multiply and xor-shift of splitmix64, Steele, Lea
/// and Flood 2014).
class ContentHash {
 public:
  void add(const void* bytes, std::size_t count) {
    begin(count);
    more(bytes, count);
  }
  /// The same in pieces: first how many bytes there are in all, then piece after piece, each but
  /// the last a multiple of eight bytes.
  void begin(std::size_t count) { add_word(count); }
  void more(const void* bytes, std::size_t count) {
    const char* at = static_cast<const char*>(bytes);
    for (; count >= sizeof(std::uint64_t); count -= sizeof(std::uint64_t)) {
      add_word(load(at, sizeof(std::uint64_t)));
      at += sizeof(std::uint64_t);
    }
    if (count > 0) add_word(load(at, count));
  }
  template <class Number>
  void add(const std::vector<Number>& numbers) {
    add(numbers.data(), numbers.size() * sizeof(Number));
  }
  template <class Number>
  void add(std::span<Number> numbers) {
    add(numbers.data(), numbers.size_bytes());
  }
  void add(std::string_view text) { add(text.data(), text.size()); }

  std::uint64_t value() const { return state_; }

 private:
  static std::uint64_t load(const char* bytes, std::size_t count) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, count);
    return word;
  }
  void add_word(std::uint64_t word) {
    state_ = (state_ ^ word) * 0x9E3779B97F4A7C15U;
    state_ = (state_ ^ (state_ >> 30U)) * 0xBF58476D1CE4E5B9U;
    state_ ^= state_ >> 27U;
  }

  std::uint64_t state_ = 0x243F6A8885A308D3U;
};

/// Sixteen hexadecimal digits.
inline std::string to_hex(std::uint64_t value) {
  std::string text(16, '0');
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, value >>= 4U) {
    *digit = "0123456789abcdef"[value & 15U];
  }
  return text;
}

}  // namespace clino
