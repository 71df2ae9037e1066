#include "core/aligned_block.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace clino::detail {

namespace {

constexpr std::size_t kLine = 64;
constexpr std::size_t kLargePage = std::size_t{1} << 21U;

}  // namespace

void* allocate_aligned(std::size_t bytes) {
  const std::size_t unit = bytes < kLargePage ? kLine : kLargePage;
  // aligned_alloc wants whole units; what is beyond `bytes` is never touched.
  const std::size_t whole = std::max<std::size_t>(1, (bytes + unit - 1) / unit) * unit;
  void* const memory = std::aligned_alloc(unit, whole);
  if (memory == nullptr) throw std::bad_alloc();
#if defined(MADV_HUGEPAGE)
  // Of whole pages only, so that no more memory is taken than asked for. A system that has none
  // refuses, and nothing is lost.
  if (unit == kLargePage) (void)::madvise(memory, bytes / kLargePage * kLargePage, MADV_HUGEPAGE);
#endif
  return memory;
}

void free_aligned(void* memory) { std::free(memory); }

}  // namespace clino::detail
