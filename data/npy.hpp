#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/types.hpp"
#include "data/mapped_numbers.hpp"

namespace clino {

/// A one- or two-dimensional array of numbers; a one-dimensional one is a single column.
struct NpyArray {
  Index rows = 0;
  Index columns = 0;
  std::vector<double> values = {};           ///< row after row, whatever the order in the file
  std::optional<MappedNumbers> mapped = {};  ///< instead of `values`, as `open_npy` gives them
};

/// Reads a NumPy file (plain or gzip), format versions 1 to 3
/// (numpy.org/doc/stable/reference/generated/numpy.lib.format.html): floats of 4 and 8 bytes,
/// whole numbers of 1 to 8 bytes and booleans, either byte order, C or Fortran order. Throws
/// `InputError` with file and offset for anything else, for values that are not finite, and for a
/// file that holds more or less than its header says.
NpyArray read_npy(const std::string& path);

/// The same without reading the elements where they can be mapped: in a plain file, row after row,
/// floats or bytes in this machine's order. It is then for the caller to refuse values that are not
/// finite. Reads the others where `may_read` is set; else they are an `InputError` too.
NpyArray open_npy(const std::string& path, bool may_read);

}  // namespace clino
