#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>
#include <zlib.h>

#include "tests/catch.hpp"
#include "tests/temporary_folder.hpp"

/// \file
/// The readers' formats, written by hand.

namespace clino_test {

/// The bytes as one member of a gzip file.
inline std::string gzip(const std::string& bytes) {
  z_stream stream = {};
  REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string in = bytes;
  std::string out(deflateBound(&stream, static_cast<uLong>(in.size())) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

/// A number as four bytes, the most significant first.
inline std::string big_endian(std::uint32_t number) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>((number >> static_cast<unsigned>(shift)) & 255U));
  }
  return bytes;
}

/// An idx file of unsigned bytes with that header, whatever the elements.
inline std::string idx_file(const std::vector<std::uint32_t>& shape, const std::string& elements) {
  std::string bytes{'\0', '\0', '\x08', static_cast<char>(shape.size())};
  for (const std::uint32_t size : shape) bytes += big_endian(size);
  return bytes + elements;
}

/// A npy file of version 1 with that dictionary.
inline std::string npy_file(const std::string& dictionary, const std::string& elements) {
  const std::size_t length = dictionary.size();
  std::string bytes = "\x93NUMPY";
  bytes += {'\x01', '\0', static_cast<char>(length & 255U), static_cast<char>(length >> 8U)};
  return bytes + dictionary + elements;
}

/// The bytes of numbers, as this machine holds them.
template <class Number>
std::string bytes_of(const std::vector<Number>& numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number)};
}

/// Fails unless the text holds the part, and shows both.
inline void mentions(const std::string& text, const std::string& part) {
  INFO(text << " should mention " << part);
  CHECK(text.find(part) != std::string::npos);
}

}  // namespace clino_test
