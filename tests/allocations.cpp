#include "tests/allocations.hpp"

#include <atomic>
#include <cerrno>

namespace {

std::atomic<std::size_t> allocations = 0;
std::atomic<std::size_t> allocated_bytes = 0;

}  // namespace

AllocationCount::AllocationCount() : start_(allocations), start_bytes_(allocated_bytes) {}
std::size_t AllocationCount::since_start() const { return allocations - start_; }
std::size_t AllocationCount::bytes_since_start() const { return allocated_bytes - start_bytes_; }

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

extern "C" {

// The C library's own allocator under its other names.
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

static void* counted(void* memory, std::size_t size) {
  ++allocations;
  allocated_bytes += size;
  return memory;
}

void* malloc(std::size_t size) { return counted(__libc_malloc(size), size); }
void* calloc(std::size_t count, std::size_t size) {
  return counted(__libc_calloc(count, size), count * size);
}
void* realloc(void* memory, std::size_t size) {
  return counted(__libc_realloc(memory, size), size);
}
void* memalign(std::size_t alignment, std::size_t size) {
  return counted(__libc_memalign(alignment, size), size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) { return memalign(alignment, size); }
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
  *memory = memalign(alignment, size);
  return *memory == nullptr ? ENOMEM : 0;
}
}

#endif
