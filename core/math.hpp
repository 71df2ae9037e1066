#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

/// \file
/// Elementary functions for float and double without branches, tables or calls, so that a loop over
/// an array becomes vector code under -O3 -fno-math-errno -fno-trapping-math. The same function
/// serves a single number.
///
/// Accuracy, measured against long double over the whole range, tails included, until results
/// become subnormal: 2 units in the last place in double, 2.5 without fused multiply-add and in
/// float. NaN gives NaN, overflow infinity, an underflowing tail 0. Must not be compiled with
/// -ffast-math or -fassociative-math, which would undo the rounding trick.
///
/// Sources: range reduction with a two-part ln 2 as in W. Cody and W. Waite, "Software manual for
/// the elementary functions" (1980), with the constants of fdlibm (double) and Cephes (float); the
/// series of exp and artanh are Taylor's, long enough for the reduced range.

#if defined(__FAST_MATH__) || defined(__ASSOCIATIVE_MATH__)
#error "core/math.hpp computes nonsense under -ffast-math and -fassociative-math: compile without"
#endif

#define CLINO_INLINE [[gnu::always_inline]] inline

namespace clino::math {

/// x held within [low, high]; NaN stays NaN.
template <class T>
CLINO_INLINE T clamp(T x, T low, T high) {
  x = x < low ? low : x;
  return x > high ? high : x;
}

/// Whether the machine rounds a b + c once.
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
inline constexpr bool kFusedMultiplyAdd = true;
#else
inline constexpr bool kFusedMultiplyAdd = false;
#endif

/// a b + c, rounded once where the machine can. To be written where the product or the sum depends
/// on a condition: left to itself, the compiler fuses there in a loop for single numbers but not in
/// vector code, and the bits differ.
template <class T>
CLINO_INLINE T multiply_add(T a, T b, T c) {
  if constexpr (kFusedMultiplyAdd) return std::fma(a, b, c);
  return a * b + c;
}

namespace detail {

template <class T>
struct Format;

template <>
struct Format<float> {
  using Bits = std::uint32_t;
  static constexpr int kMantissaBits = 23;
  static constexpr float kRound = 0x1.8p23F;  ///< x + kRound holds x rounded in its low bits
  static constexpr float kLn2High = 0.693359375F;
  static constexpr float kLn2Low = -2.12194440e-4F;
  static constexpr float kExpReach = 104;         ///< beyond, e^x is 0 or infinity
  static constexpr float kExpm1High = 89;         ///< beyond, infinity
  static constexpr float kRaised = 0x1p32;        ///< times the smallest subnormal number is normal
  static constexpr Bits kSqrtHalf = 0x3F3504F3U;  ///< sqrt(1/2)
};

template <>
struct Format<double> {
  using Bits = std::uint64_t;
  static constexpr int kMantissaBits = 52;
  static constexpr double kRound = 0x1.8p52;
  static constexpr double kLn2High = 6.93147180369123816490e-01;
  static constexpr double kLn2Low = 1.90821492927058770002e-10;
  static constexpr double kExpReach = 746, kExpm1High = 710;
  static constexpr double kRaised = 0x1p64;
  static constexpr Bits kSqrtHalf = 0x3FE6A09E667F3BCDU;
};

template <class T>
using Bits = typename Format<T>::Bits;

/// Horner's rule, highest power first.
template <class T, class... C>
CLINO_INLINE constexpr T polynomial(T x, C... coefficients) {
  T sum = 0;
  ((sum = sum * x + static_cast<T>(coefficients)), ...);
  return sum;
}

/// x = n ln 2 + remainder + lost, |remainder| <= ln 2 / 2, and `lost` what the remainder was
/// rounded by; `shifted` is n + kRound.
template <class T>
struct Reduced {
  T remainder, lost, n, shifted;
};

template <class T>
CLINO_INLINE Reduced<T> reduce(T x) {
  using F = Format<T>;
  const T shifted = x * static_cast<T>(1.4426950408889634) + F::kRound;
  const T n = shifted - F::kRound;
  const T high = x - n * F::kLn2High;
  const T low = n * F::kLn2Low;
  const T remainder = high - low;
  return {remainder, (high - remainder) - low, n, shifted};
}

/// 2^n times a power of two, from n + kRound, for normal results.
template <class T>
CLINO_INLINE T power_of_two(T shifted, T times = T{1}) {
  const Bits<T> exponent = std::bit_cast<Bits<T>>(shifted) << Format<T>::kMantissaBits;
  return std::bit_cast<T>(exponent + std::bit_cast<Bits<T>>(times));
}

/// (e^r - 1 - r) / r^2 for |r| <= ln 2 / 2: sum of r^k / (k + 2)!.
template <class T>
CLINO_INLINE T exp_tail(T r) {
  if constexpr (std::is_same_v<T, float>) {
    return polynomial(r, 1. / 5040, 1. / 720, 1. / 120, 1. / 24, 1. / 6, 0.5);
  } else {
    return polynomial(r, 1. / 6227020800, 1. / 479001600, 1. / 39916800, 1. / 3628800, 1. / 362880,
                      1. / 40320, 1. / 5040, 1. / 720, 1. / 120, 1. / 24, 1. / 6, 0.5);
  }
}

/// e^(r + lost) - 1 - r for a reduced r. In float what was lost is not worth its time.
template <class T>
CLINO_INLINE T exp_tail_of(T r, T lost) {
  const T tail = r * r * exp_tail(r);
  if constexpr (std::is_same_v<T, double>) return tail + lost;
  return tail;
}

/// With `small`, which lies below the last place of what was reduced, added.
template <class T>
CLINO_INLINE Reduced<T> plus(const Reduced<T>& part, T small) {
  const T r = part.remainder + small;
  return {r, part.lost + ((part.remainder - r) + small), part.n, part.shifted};
}

/// e^remainder.
template <class T>
CLINO_INLINE T exp_of_remainder(const Reduced<T>& part) {
  return T{1} + (part.remainder + exp_tail_of(part.remainder, part.lost));
}

/// x <= 0 as a multiple of ln 2 and a rest, held where e^x is 0 or more.
template <class T>
CLINO_INLINE Reduced<T> reduce_negative(T x) {
  constexpr T kLow = -Format<T>::kExpReach;
  return reduce(x < kLow ? kLow : x);
}

/// e^x of a reduced x <= 0. On the way to a subnormal result all is normal.
template <class T>
CLINO_INLINE T exp_of_negative(const Reduced<T>& part) {
  constexpr T kRaised = Format<T>::kRaised;
  return exp_of_remainder(part) * power_of_two(part.shifted, kRaised) * (T{1} / kRaised);
}

/// x / (constant + y). In double, where the machine rounds a b + c once, what the sum and
/// the division lost comes back; in float that would take longer than it is worth.
template <class T>
CLINO_INLINE T quotient_of_sum(T x, T constant, T y) {
  const T sum = constant + y;
  if constexpr (std::is_same_v<T, double> && kFusedMultiplyAdd) {
    const T lost = y - (sum - constant);
    const T inverse = T{1} / sum;
    const T quotient = x * inverse;
    const T rest = multiply_add(-quotient, lost, multiply_add(-quotient, sum, x));
    return multiply_add(rest, inverse, quotient);
  }
  return x / sum;
}

}  // namespace detail

/// e^x. 2^n is multiplied in two halves, so that results may be subnormal or overflow.
template <class T>
CLINO_INLINE T exp(T x) {
  using F = detail::Format<T>;
  const T size = std::abs(x);
  const auto part = detail::reduce(std::copysign(size > F::kExpReach ? F::kExpReach : size, x));
  const T half = part.n * T{0.5} + F::kRound;
  const T rest = (part.n - (half - F::kRound)) + F::kRound;
  return detail::exp_of_remainder(part) * detail::power_of_two(half) * detail::power_of_two(rest);
}

/// e^x for x <= 0, in two thirds of the time.
template <class T>
CLINO_INLINE T exp_of_negative(T x) {
  return detail::exp_of_negative(detail::reduce_negative(x));
}

/// e^x - 1, without cancellation near 0.
template <class T>
CLINO_INLINE T expm1(T x) {
  // 2^n (e^r - 1) + (2^n - 1), halved so that the largest results do not overflow on the way.
  using F = detail::Format<T>;
  const auto part = detail::reduce(clamp(x, T{-60}, F::kExpm1High));
  const T r = part.remainder;
  const T scale = detail::power_of_two(part.shifted - T{1});
  return T{2} * (scale * (r + detail::exp_tail_of(r, part.lost)) + (scale - T{0.5}));
}

/// ln(1 + x), without cancellation near 0; -infinity at -1, NaN below.
template <class T>
CLINO_INLINE T log1p(T x) {
  // 1 + x = 2^n (1 + f), 1 + f in [sqrt(1/2), sqrt 2); ln(1 + f) = 2 artanh(s), s = f / (2 + f).
  using F = detail::Format<T>;
  using Bits = detail::Bits<T>;
  constexpr Bits kOne = std::bit_cast<Bits>(T{1});
  constexpr Bits kMantissa = (Bits{1} << F::kMantissaBits) - 1;
  const T sum = T{1} + x;
  const T lost = x > T{1} ? T{1} - (sum - x) : x - (sum - T{1});
  const Bits bits = std::bit_cast<Bits>(sum) + (kOne - F::kSqrtHalf);
  const T f = std::bit_cast<T>((bits & kMantissa) + F::kSqrtHalf) - T{1};
  // The biased exponent as a number: its bits below those of kRound.
  const T biased = std::bit_cast<T>((bits >> F::kMantissaBits) + std::bit_cast<Bits>(F::kRound));
  const T n = biased - (F::kRound + static_cast<T>(kOne >> F::kMantissaBits));
  const T s = f / (T{2} + f);
  const T z = s * s;
  T series;  // (2 artanh(s) - 2 s) / s
  if constexpr (std::is_same_v<T, float>) {
    series = z * detail::polynomial(z, 2. / 9, 2. / 7, 2. / 5, 2. / 3);
  } else {
    series = z * detail::polynomial(z, 2. / 21, 2. / 19, 2. / 17, 2. / 15, 2. / 13, 2. / 11, 2. / 9,
                                    2. / 7, 2. / 5, 2. / 3);
  }
  // ln(1 + f) = f - s (f - series) since 2 s = f - s f.
  const T fraction = f - (s * (f - series) - (n * F::kLn2Low + lost / sum));
  const T result = n * F::kLn2High + fraction;
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  const T checked =
      x > T{-1} ? result : (x == T{-1} ? -kInfinity : std::numeric_limits<T>::quiet_NaN());
  return x < kInfinity ? checked : x;
}

/// tanh(x) = -E / (2 + E), E = e^(-2 |x|) - 1, with the sign of x.
template <class T>
CLINO_INLINE T tanh(T x) {
  const T size = std::abs(x);
  const auto part = detail::reduce(T{-2} * (size > T{20} ? T{20} : size));
  const T r = part.remainder;
  const T scale = detail::power_of_two(part.shifted);
  const T e = scale * (r + detail::exp_tail_of(r, part.lost)) + (scale - T{1});
  return std::copysign(detail::quotient_of_sum(e, T{2}, e), x);
}

/// 1 / (1 + e^-x), relatively accurate for negative x too.
template <class T>
CLINO_INLINE T sigmoid(T x) {
  const T e = exp_of_negative(-std::abs(x));
  return detail::quotient_of_sum(x < T{0} ? e : T{1}, T{1}, e);
}

}  // namespace clino::math
