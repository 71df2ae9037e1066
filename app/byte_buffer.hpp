#pragma once

#include <streambuf>
#include <string>
#include <vector>

#include "data/byte_reader.hpp"

namespace clino::app {

/// A plain or gzip-compressed file for a stream of the standard library.
class ByteBuffer : public std::streambuf {
 public:
  /// Throws `InputError` where the file cannot be opened; reading throws it where it is damaged.
  explicit ByteBuffer(const std::string& path) : reader_(path), chunk_(ByteReader::kChunk) {}

 private:
  int_type underflow() override {
    const std::size_t count = reader_.read(chunk_);
    setg(chunk_.data(), chunk_.data(), chunk_.data() + count);
    return count == 0 ? traits_type::eof() : traits_type::to_int_type(chunk_[0]);
  }

  ByteReader reader_;
  std::vector<char> chunk_;
};

}  // namespace clino::app
