#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <type_traits>
#include <utility>

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

/// Which lanes of a vector are chosen, as the processor's masked moves want to know it.
template <class V, class = void>
struct Mask {
  Index count;
  explicit Mask(Index first) : count(first) {}
  template <class T>
  [[gnu::always_inline]] void load(V& vector, const T* source) const {
    for (Index i = 0; i < static_cast<Index>(sizeof(V) / sizeof(T)); ++i) {
      vector[i] = i < count ? source[i] : T{0};
    }
  }
  template <class T>
  [[gnu::always_inline]] void store(const V& vector, T* target) const {
    for (Index i = 0; i < count; ++i) target[i] = vector[i];
  }
};

#if defined(__AVX512F__)
template <class V>
struct Mask<V, std::enable_if_t<sizeof(V) == 64>> {
  std::uint16_t bits;
  explicit Mask(Index first) : bits(static_cast<std::uint16_t>((1U << first) - 1U)) {}
  [[gnu::always_inline]] void load(V& vector, const float* source) const {
    vector = _mm512_maskz_loadu_ps(bits, source);
  }
  [[gnu::always_inline]] void load(V& vector, const double* source) const {
    vector = _mm512_maskz_loadu_pd(static_cast<__mmask8>(bits), source);
  }
  [[gnu::always_inline]] void store(const V& vector, float* target) const {
    _mm512_mask_storeu_ps(target, bits, vector);
  }
  [[gnu::always_inline]] void store(const V& vector, double* target) const {
    _mm512_mask_storeu_pd(target, static_cast<__mmask8>(bits), vector);
  }
};
#elif defined(__AVX2__)
template <class V>
struct Mask<V, std::enable_if_t<sizeof(V) == 32>> {
  __m256i words;
  explicit Mask(Index first) {
    using Element = std::remove_cvref_t<decltype(V{}[0])>;
    using Word = std::conditional_t<sizeof(Element) == 4, std::int32_t, std::int64_t>;
    Word chosen[sizeof(V) / sizeof(Element)];
    for (Index i = 0; i < std::ssize(chosen); ++i) chosen[i] = i < first ? -1 : 0;
    std::memcpy(&words, chosen, sizeof(words));
  }
  [[gnu::always_inline]] void load(V& vector, const float* source) const {
    vector = _mm256_maskload_ps(source, words);
  }
  [[gnu::always_inline]] void load(V& vector, const double* source) const {
    vector = _mm256_maskload_pd(source, words);
  }
  [[gnu::always_inline]] void store(const V& vector, float* target) const {
    _mm256_maskstore_ps(target, words, vector);
  }
  [[gnu::always_inline]] void store(const V& vector, double* target) const {
    _mm256_maskstore_pd(target, words, vector);
  }
};
#endif

/// The first lanes of a vector: reads and writes no memory beyond them. The others are read as 0.
template <class T, int Lanes>
using FirstLanes = Mask<Vector<T, Lanes>>;

/// Lanes of `a` and `b` in turn: of their first halves, or of their second.
template <int half, class V, int... lane>
[[gnu::always_inline]] inline V interleave(const V& a, const V& b,
                                           std::integer_sequence<int, lane...> /*lanes*/) {
  constexpr int lanes = sizeof...(lane);
  return __builtin_shufflevector(a, b, (half * lanes / 2 + lane / 2 + lane % 2 * lanes)...);
}

/// Lane j of row i changes places with lane i of row j. Each round rotates the bits of (row, lane)
/// by one, by a perfect shuffle of the rows (H. Stone, "Parallel processing with the perfect
/// shuffle", IEEE Trans. Comput. 20, 1971): after log2(Lanes) rounds they have changed places.
template <class T, int Lanes>
[[gnu::always_inline]] inline void transpose(Vector<T, Lanes> (&rows)[Lanes]) {
  constexpr auto lanes = std::make_integer_sequence<int, Lanes>{};
#pragma GCC unroll 8
  for (int round = 1; round < Lanes; round *= 2) {
    Vector<T, Lanes> before[Lanes];
#pragma GCC unroll 32
    for (int i = 0; i < Lanes; ++i) before[i] = rows[i];
#pragma GCC unroll 32
    for (int i = 0; i < Lanes / 2; ++i) {
      rows[2 * i] = interleave<0>(before[i], before[i + Lanes / 2], lanes);
      rows[2 * i + 1] = interleave<1>(before[i], before[i + Lanes / 2], lanes);
    }
  }
}

}  // namespace clino::kernels
