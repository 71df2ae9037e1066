#include "data/idx.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "core/large_pages.hpp"
#include "data/byte_reader.hpp"

namespace clino {

namespace {

constexpr unsigned kUnsignedByte = 0x08;

unsigned byte_at(const std::array<char, 4>& bytes, std::size_t i) {
  return static_cast<unsigned char>(bytes[i]);
}

/// The number of dimensions, from the first four bytes.
unsigned read_magic(ByteReader& file) {
  std::array<char, 4> magic = {};
  file.read_exactly(magic, "the idx header");
  if (byte_at(magic, 0) != 0 || byte_at(magic, 1) != 0) {
    file.fail("not an idx file, which begins with two zero bytes");
  }
  if (byte_at(magic, 2) != kUnsignedByte) {
    file.fail("elements of type " + std::to_string(byte_at(magic, 2)) +
              ", expected unsigned bytes (type 8)");
  }
  if (byte_at(magic, 3) == 0) file.fail("no dimensions, expected at least one");
  return byte_at(magic, 3);
}

Index read_dimension(ByteReader& file) {
  std::array<char, 4> bytes = {};
  file.read_exactly(bytes, "the idx header");
  std::uint32_t size = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) size = (size << 8U) | byte_at(bytes, i);
  if (size == 0) file.fail("a dimension of size 0");
  return static_cast<Index>(size);
}

struct IdxHeader {
  std::vector<Index> shape;
  std::uint64_t count = 1;  ///< of elements
};

IdxHeader read_idx_header(ByteReader& file) {
  IdxHeader header;
  for (unsigned left = read_magic(file); left > 0; --left) {
    header.shape.push_back(read_dimension(file));
    const auto size = static_cast<std::uint64_t>(header.shape.back());
    if (header.count > std::numeric_limits<std::uint64_t>::max() / 2 / size) {
      file.fail("the dimensions multiply to more than a file can hold");
    }
    header.count *= size;
  }
  return header;
}

}  // namespace

IdxArray read_idx(const std::string& path) {
  ByteReader file(path);
  IdxHeader header = read_idx_header(file);
  IdxArray array{.shape = std::move(header.shape), .bytes = {}};
  // In one piece where that can be: growing takes twice the memory.
  reserve_on_large_pages(array.bytes, std::min(header.count, file.most_left()));
  file.read_chunks(header.count, "the elements", [&](std::span<const char> chunk) {
    const auto* const begin = reinterpret_cast<const std::uint8_t*>(chunk.data());
    array.bytes.insert(array.bytes.end(), begin, begin + chunk.size());
  });
  file.expect_end();
  return array;
}

MappedIdx map_idx(const std::string& path) {
  ByteReader file(path);
  IdxHeader header = read_idx_header(file);
  return {.shape = std::move(header.shape),
          .numbers = map_numbers(file, MappedNumbers::Type::byte, header.count)};
}

}  // namespace clino
