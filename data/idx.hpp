#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/types.hpp"
#include "data/mapped_numbers.hpp"

namespace clino {

/// An array of bytes as an idx file holds it, the last dimension fastest.
struct IdxArray {
  std::vector<Index> shape;
  std::vector<std::uint8_t> bytes;

  Index rows() const { return shape.front(); }
  /// Bytes of one row: the product of the other dimensions.
  Index width() const { return static_cast<Index>(bytes.size()) / rows(); }
};

/// Reads an idx file (plain or gzip) of unsigned bytes, the format of MNIST and its kin: two zero
/// bytes, the element type (0x08), the number of dimensions, each dimension as a big-endian 32-bit
/// number, then the elements (yann.lecun.com/exdb/mnist). Throws `InputError` with file and offset
/// for another type, dimensions of size 0, and a file that holds more or less than its header says.
IdxArray read_idx(const std::string& path);

/// The elements of an idx file that stay in the file.
struct MappedIdx {
  std::vector<Index> shape;
  MappedNumbers numbers;
};

/// Opens an idx file without reading its elements. Throws as `read_idx`, and for a file that cannot
/// be mapped, such as a compressed one.
MappedIdx map_idx(const std::string& path);

}  // namespace clino
