#pragma once

#include <cmath>
#include <cstring>
#include <type_traits>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

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

/// The next smaller width for what is left over. Vectors narrower than a register of 16 bytes are
/// no faster than single numbers.
template <class T>
constexpr int narrower(int lanes) {
  return lanes * static_cast<int>(sizeof(T)) > 16 ? lanes / 2 : 1;
}

template <class V, class T>
[[gnu::always_inline]] inline void load(V& vector, const T* source) {
  std::memcpy(&vector, source, sizeof(V));
}
template <class V, class T>
[[gnu::always_inline]] inline void store(const V& vector, T* target) {
  std::memcpy(target, &vector, sizeof(V));
}

/// sum += a * b with one rounding where the processor can, for every width alike. Left to the
/// compiler, some widths are contracted and others are not, and the bits of a row would depend on
/// which tile it falls into.
template <class V, class T>
[[gnu::always_inline]] inline void multiply_add(V& sum, const V& a, T b) {
#if defined(__FMA__)
  if constexpr (std::is_same_v<V, T>) {
    sum = std::fma(a, b, sum);
    return;
  } else if constexpr (std::is_same_v<T, float>) {
#if defined(__AVX512F__)
    if constexpr (sizeof(V) == 64) sum = _mm512_fmadd_ps(a, _mm512_set1_ps(b), sum);
#endif
    if constexpr (sizeof(V) == 32) sum = _mm256_fmadd_ps(a, _mm256_set1_ps(b), sum);
    if constexpr (sizeof(V) == 16) sum = _mm_fmadd_ps(a, _mm_set1_ps(b), sum);
    return;
  } else {
#if defined(__AVX512F__)
    if constexpr (sizeof(V) == 64) sum = _mm512_fmadd_pd(a, _mm512_set1_pd(b), sum);
#endif
    if constexpr (sizeof(V) == 32) sum = _mm256_fmadd_pd(a, _mm256_set1_pd(b), sum);
    if constexpr (sizeof(V) == 16) sum = _mm_fmadd_pd(a, _mm_set1_pd(b), sum);
    return;
  }
#endif
  sum += a * b;
}

}  // namespace clino::kernels
