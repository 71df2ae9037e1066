#pragma once

#include <cstddef>

/// The most that the heap has held at a time since the object was made, beyond what it held then.
/// One object at a time; counts as `AllocationCount` does.
class HeapPeak {
 public:
  HeapPeak();
  std::size_t bytes() const;

 private:
  std::size_t start_;
};

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
