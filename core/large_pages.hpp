#pragma once

#include <cstddef>

namespace clino {

/// A large page, where the system has them: whoever goes through megabytes waits less for the
/// translation of addresses.
inline constexpr std::size_t kLargePage = std::size_t{1} << 21U;

/// Asks for large pages within memory that nobody has touched yet: of whole ones only, so that no
/// more is taken than was asked for. A system that has none refuses, and nothing is lost.
void prefer_large_pages(void* memory, std::size_t bytes);

/// Room for `count` elements of a vector, on large pages.
template <class Vector>
void reserve_on_large_pages(Vector& vector, std::size_t count) {
  vector.reserve(count);
  prefer_large_pages(vector.data() + vector.size(),
                     (vector.capacity() - vector.size()) * sizeof(vector[0]));
}

}  // namespace clino
