#include "data/npy.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/errors.hpp"
#include "data/byte_reader.hpp"
#include "data/npy_header.hpp"

namespace clino {

namespace {

/// One element from its bytes, in this machine's order.
template <class Item>
double decode(const char* bytes) {
  Item item;
  std::memcpy(&item, bytes, sizeof(Item));
  return static_cast<double>(item);
}

using Decoder = double (*)(const char*);

Decoder decoder_of(const NpyHeader& header) {
  const auto pick = [&](Decoder one, Decoder two, Decoder four, Decoder eight) {
    return header.item_size == 1   ? one
           : header.item_size == 2 ? two
           : header.item_size == 4 ? four
                                   : eight;
  };
  switch (header.kind) {
    case 'f':
      return pick(nullptr, nullptr, decode<float>, decode<double>);
    case 'i':
      return pick(decode<std::int8_t>, decode<std::int16_t>, decode<std::int32_t>,
                  decode<std::int64_t>);
    default:
      return pick(decode<std::uint8_t>, decode<std::uint16_t>, decode<std::uint32_t>,
                  decode<std::uint64_t>);
  }
}

/// Rows and columns of the shape, whose elements a file can hold.
void set_shape(NpyArray& array, const NpyHeader& header, const ByteReader& file) {
  if (header.shape.empty() || header.shape.size() > 2) {
    file.fail("an array of " + std::to_string(header.shape.size()) +
              " dimensions, expected 1 or 2");
  }
  array.rows = header.shape.front();
  array.columns = header.shape.size() == 2 ? header.shape.back() : 1;
  if (array.rows == 0 || array.columns == 0) file.fail("an array without elements");
  const Index most = std::numeric_limits<Index>::max() / static_cast<Index>(header.item_size);
  if (array.rows > most / array.columns) {
    file.fail("the shape multiplies to more than a file can hold");
  }
}

/// Element after element in the file's order.
void read_values(NpyArray& array, const NpyHeader& header, ByteReader& file) {
  const Decoder decode_item = decoder_of(header);
  const std::size_t size = header.item_size;
  const bool swap = header.big_endian != (std::endian::native == std::endian::big);
  const auto count = static_cast<std::uint64_t>(array.rows * array.columns);
  file.read_chunks(count * size, "the elements", [&](std::span<const char> chunk) {
    std::array<char, 8> item = {};
    for (std::size_t i = 0; i < chunk.size(); i += size) {
      for (std::size_t b = 0; b < size; ++b) item[b] = chunk[i + (swap ? size - 1 - b : b)];
      array.values.push_back(decode_item(item.data()));
    }
  });
}

void transpose(NpyArray& array) {
  std::vector<double> rows(array.values.size());
  for (Index r = 0; r < array.rows; ++r) {
    for (Index c = 0; c < array.columns; ++c) {
      rows[static_cast<std::size_t>(r * array.columns + c)] =
          array.values[static_cast<std::size_t>(c * array.rows + r)];
    }
  }
  array.values = std::move(rows);
}

void refuse_non_finite(const NpyArray& array, const std::string& path) {
  const auto found = std::find_if(array.values.begin(), array.values.end(),
                                  [](double x) { return !std::isfinite(x); });
  if (found == array.values.end()) return;
  const Index place = found - array.values.begin();
  throw InputError(path + ", row " + std::to_string(place / array.columns) + ", column " +
                   std::to_string(place % array.columns) + " (from 0): expected a finite number");
}

/// Reads the elements of an array whose shape is set.
void read_elements(NpyArray& array, const NpyHeader& header, ByteReader& file) {
  read_values(array, header, file);
  file.expect_end();
  if (header.fortran_order) transpose(array);
  refuse_non_finite(array, file.path());
}

/// The type that mapped numbers would have; nothing with the reason where they cannot be mapped.
std::optional<MappedNumbers::Type> mapped_type(const NpyHeader& header, std::string& reason) {
  const bool native = header.big_endian == (std::endian::native == std::endian::big);
  if (header.fortran_order) {
    reason = "is in Fortran order, expected C order, a row for each sample";
  } else if (header.item_size == 1 && header.kind == 'u') {
    return MappedNumbers::Type::byte;
  } else if (header.kind != 'f') {
    reason = "holds whole numbers of another kind than bytes, expected floats or bytes";
  } else if (!native) {
    reason = "holds numbers in another order of bytes than this machine's";
  } else {
    return header.item_size == sizeof(float) ? MappedNumbers::Type::float32
                                             : MappedNumbers::Type::float64;
  }
  return std::nullopt;
}

}  // namespace

NpyArray read_npy(const std::string& path) {
  ByteReader file(path);
  const NpyHeader header = read_npy_header(file);
  NpyArray array;
  set_shape(array, header, file);
  read_elements(array, header, file);
  return array;
}

NpyArray open_npy(const std::string& path, bool may_read) {
  ByteReader file(path);
  const NpyHeader header = read_npy_header(file);
  NpyArray array;
  set_shape(array, header, file);
  std::string reason;
  const auto type = mapped_type(header, reason);
  if (may_read && (!type || file.compressed() || !MappedFile::is_possible(path))) {
    read_elements(array, header, file);
  } else if (type) {
    array.mapped = map_numbers(file, *type, static_cast<std::uint64_t>(array.rows * array.columns));
  } else {
    throw InputError(path + ": cannot be mapped: " + reason);
  }
  return array;
}

}  // namespace clino
