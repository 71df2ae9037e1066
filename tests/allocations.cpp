#include "tests/allocations.hpp"

#include <atomic>
#include <cerrno>
#include <malloc.h>

namespace {

std::atomic<std::size_t> allocations = 0;
std::atomic<std::size_t> allocated_bytes = 0;
std::atomic<std::size_t> held_bytes = 0;
std::atomic<std::size_t> most_held_bytes = 0;

}  // namespace

AllocationCount::AllocationCount() : start_(allocations), start_bytes_(allocated_bytes) {}
std::size_t AllocationCount::since_start() const { return allocations - start_; }
std::size_t AllocationCount::bytes_since_start() const { return allocated_bytes - start_bytes_; }

HeapPeak::HeapPeak() : start_(held_bytes) { most_held_bytes = start_; }
std::size_t HeapPeak::bytes() const { return most_held_bytes - start_; }

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

extern "C" {

// The C library's own allocator under its other names.
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* memory);

static void* counted(void* memory, std::size_t size) {
  ++allocations;
  allocated_bytes += size;
  const std::size_t held = held_bytes += malloc_usable_size(memory);
  std::size_t most = most_held_bytes;
  while (held > most && !most_held_bytes.compare_exchange_weak(most, held)) {
  }
  return memory;
}
static void* given_up(void* memory) {
  held_bytes -= malloc_usable_size(memory);
  return memory;
}

void* malloc(std::size_t size) { return counted(__libc_malloc(size), size); }
void* calloc(std::size_t count, std::size_t size) {
  return counted(__libc_calloc(count, size), count * size);
}
void* realloc(void* memory, std::size_t size) {
  return counted(__libc_realloc(given_up(memory), size), size);
}
void* memalign(std::size_t alignment, std::size_t size) {
  return counted(__libc_memalign(alignment, size), size);
}
void free(void* memory) { __libc_free(given_up(memory)); }
void* aligned_alloc(std::size_t alignment, std::size_t size) { return memalign(alignment, size); }
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
  *memory = memalign(alignment, size);
  return *memory == nullptr ? ENOMEM : 0;
}
}

#endif
