#include "core/aligned_block.hpp"

#include <cstdlib>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace clino::detail {

namespace {

constexpr std::size_t kLargePage = std::size_t{1} << 21U;

}  // namespace

void* allocate_aligned(std::size_t bytes) {
  const std::size_t unit = bytes < kLargePage ? AlignedBlock<char>::kAlignment : kLargePage;
  void* memory = nullptr;
  if (::posix_memalign(&memory, unit, bytes) != 0) throw std::bad_alloc();
#if defined(MADV_HUGEPAGE)
  // Of whole pages only, so that no more memory is taken than asked for. A system that has none
  // refuses, and nothing is lost.
  if (unit == kLargePage) (void)::madvise(memory, bytes / kLargePage * kLargePage, MADV_HUGEPAGE);
#endif
  return memory;
}

void free_aligned(void* memory) { std::free(memory); }

}  // namespace clino::detail
