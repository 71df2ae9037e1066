#pragma once

#include <vector>

#include "core/types.hpp"
#include "data/byte_reader.hpp"

namespace clino {

/// What the header of a NumPy file says.
struct NpyHeader {
  char kind = 'f';  ///< 'f' float, 'i' signed, 'u' unsigned, 'b' boolean
  std::size_t item_size = 8;
  bool big_endian = false;
  bool fortran_order = false;
  std::vector<Index> shape;
};

/// Reads and checks the header; the elements follow. Throws `InputError`.
NpyHeader read_npy_header(ByteReader& file);

}  // namespace clino
