#pragma once

#include <cstddef>

/// Heap allocations of this program since the object was made. malloc itself is replaced, so that
/// nothing escapes: neither operator new nor a library that calls malloc. Under the sanitizers,
/// which replace it too, nothing is counted: the figures are held by the ordinary build.
class AllocationCount {
 public:
  AllocationCount();
  std::size_t since_start() const;
  /// Bytes asked for since the start, freed or not.
  std::size_t bytes_since_start() const;

 private:
  std::size_t start_;
  std::size_t start_bytes_;
};
