#pragma once

#include <cstring>

#include "core/types.hpp"

namespace clino::kernels {

/// Bytes of the widest vector register that this file is compiled for.
#if defined(__AVX512F__)
inline constexpr Index kVectorBytes = 64;
#elif defined(__AVX__)
inline constexpr Index kVectorBytes = 32;
#else
inline constexpr Index kVectorBytes = 16;
#endif

/// `Lanes` numbers computed together, by the vector extension that GCC and Clang share; one lane is
/// the number itself.
template <class T, int Lanes>
struct VectorOf {
  typedef T type __attribute__((vector_size(sizeof(T) * Lanes)));  // NOLINT(modernize-use-using)
};
template <class T>
struct VectorOf<T, 1> {
  using type = T;
};
template <class T, int Lanes>
using Vector = typename VectorOf<T, Lanes>::type;

template <class V, class T>
[[gnu::always_inline]] inline void load(V& vector, const T* source) {
  std::memcpy(&vector, source, sizeof(V));
}
template <class V, class T>
[[gnu::always_inline]] inline void store(const V& vector, T* target) {
  std::memcpy(target, &vector, sizeof(V));
}

}  // namespace clino::kernels
