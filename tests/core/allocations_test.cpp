#include "tests/allocations.hpp"

#include <cstdlib>
#include <new>
#include <vector>

#include "tests/catch.hpp"

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

TEST_CASE("the counter that the allocation tests rely on sees every kind of allocation") {
  const AllocationCount count;
  CHECK(count.since_start() == 0);
  void* volatile raw = std::malloc(100);
  CHECK(count.since_start() == 1);
  std::free(raw);
  ::operator delete(::operator new(50));
  CHECK(count.since_start() == 2);
  ::operator delete (::operator new (50, std::align_val_t{64}), std::align_val_t{64});
  CHECK(count.since_start() == 3);
  CHECK(count.bytes_since_start() >= 200);
}

#endif
