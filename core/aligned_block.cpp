#include "core/aligned_block.hpp"

#include <cstdlib>
#include <new>

#include "core/large_pages.hpp"

namespace clino::detail {

void* allocate_aligned(std::size_t bytes) {
  const std::size_t unit = bytes < kLargePage ? AlignedBlock<char>::kAlignment : kLargePage;
  void* memory = nullptr;
  if (::posix_memalign(&memory, unit, bytes) != 0) throw std::bad_alloc();
  prefer_large_pages(memory, bytes);
  return memory;
}

void free_aligned(void* memory) { std::free(memory); }

}  // namespace clino::detail
