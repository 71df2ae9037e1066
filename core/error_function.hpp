#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <type_traits>

#include "core/math.hpp"

/// \file
/// The error function and the standard normal distribution, in the manner of core/math.hpp. 2.5
/// units in the last place for erf and the density, 6 for Phi, relative, lower tail included.
///
/// Source: J. Schonfelder, "Chebyshev expansions for the error and related functions", Math. Comp.
/// 32 (1978) 1232-1240; the coefficients come from tests/core/make_erf_coefficients.py.

namespace clino::math {
namespace detail {

template <class T>
struct ErfcRange;

template <>
struct ErfcRange<float> {
  static constexpr float kPole = 3;       ///< centre of the map t = (u - kPole) / (u + kPole)
  static constexpr float kHigh = 10.25F;  ///< beyond, erfc(u) is 0
  static constexpr Bits<float> kUpperHalf = 0xFFFFF000U;  ///< keeps 12 of 24 significant bits
};

template <>
struct ErfcRange<double> {
  static constexpr double kPole = 3.5;
  static constexpr double kHigh = 27.5;
  static constexpr Bits<double> kUpperHalf = 0xFFFFFFFFF8000000U;  ///< 26 of 53
};

/// e^(-factor x^2), factor 1 or 1/2, with the rounding error of x^2 made good (T. Dekker 1971).
template <class T>
CLINO_INLINE T exp_minus_square(T x, T factor) {
  const T high = std::bit_cast<T>(std::bit_cast<Bits<T>>(x) & ErfcRange<T>::kUpperHalf);
  const T low = x - high;
  const T square = x * x;
  const T error = ((high * high - square) + T{2} * high * low) + low * low;
  return exp_of_negative(plus(reduce_negative(-factor * square), -factor * error));
}

/// exp(u^2) erfc(u) for 0 <= u <= kHigh.
template <class T>
CLINO_INLINE T scaled_erfc(T u) {
  const T inverse = T{1} / (u + ErfcRange<T>::kPole);
  const T t = (u - ErfcRange<T>::kPole) * inverse;
  if constexpr (std::is_same_v<T, float>) {
    return inverse * polynomial(t, -0.000333718064, -0.000498761217, 0.00307834133, -0.0012169944,
                                -0.0268367966, 0.119527196, -0.310466594, 0.590228429, -0.883394462,
                                1.07400691);
  } else {
    return inverse *
           polynomial(t, 3.2936824633973271e-9, 9.0310179839642179e-9, -2.1774410583489834e-8,
                      -8.3493187499981972e-8, 1.1621592025478327e-7, 5.5052535408976744e-7,
                      -7.9648224049141527e-7, -3.3920367839087343e-6, 7.2442228093935192e-6,
                      1.8647198808567476e-5, -7.4777105559636716e-5, -4.2062167567124517e-5,
                      0.00071453168707891626, -0.0013053546913654315, -0.0031770503425422437,
                      0.026518619881630365, -0.092318706638515311, 0.22573862164741205,
                      -0.43525602671688713, 0.6941136466346444, -0.93779972456711204,
                      1.0870555892622601);
  }
}

/// erf(x) / x as a polynomial in x^2, for |x| <= 3/4.
template <class T>
CLINO_INLINE T erf_ratio(T square) {
  if constexpr (std::is_same_v<T, float>) {
    return polynomial(square, -0.000675647957, 0.00511533211, -0.0268351146, 0.112833865,
                      -0.376126195, 1.12837917);
  } else {
    return polynomial(square, 1.1472499701094692e-8, -1.5940066854661717e-7, 1.6430684179741549e-6,
                      -1.4924196305569617e-5, 0.00012055289567541707, -0.00085483261887597527,
                      0.0052239776154205387, -0.026866170644428484, 0.11283791670952596,
                      -0.37612638903183717, 1.1283791670955126);
  }
}

}  // namespace detail

/// erf(x).
template <class T>
CLINO_INLINE T erf(T x) {
  const T size = std::abs(x);
  const T u = size > detail::ErfcRange<T>::kHigh ? detail::ErfcRange<T>::kHigh : size;
  const T scaled = detail::scaled_erfc(u);
  const T rest = multiply_add(-scaled, detail::exp_minus_square(u, T{1}), T{1});
  return size < T{0.75} ? x * detail::erf_ratio(x * x) : std::copysign(rest, x);
}

/// The standard normal distribution at one point.
template <class T>
struct Normal {
  T cdf;      ///< Phi(x) = erfc(-x / sqrt 2) / 2, relatively accurate in the lower tail
  T density;  ///< phi(x) = e^(-x^2 / 2) / sqrt(2 pi)
};

/// Phi(x) and phi(x), which share the exponential.
template <class T>
CLINO_INLINE Normal<T> normal(T x) {
  constexpr T kSqrtHalf = static_cast<T>(0.70710678118654752);
  constexpr T kDensityScale = static_cast<T>(0.39894228040143268);
  constexpr T kHigh = detail::ErfcRange<T>::kHigh / kSqrtHalf;  // beyond, both are 0 or 1
  const T size = std::abs(x) > kHigh ? kHigh : std::abs(x);
  // In this order: with e first, GCC 12 splits the loop body and computes it twice.
  const T half_scaled = T{0.5} * detail::scaled_erfc(size * kSqrtHalf);
  const T e = detail::exp_minus_square(size, T{0.5});
  const T tail = x > T{0} ? multiply_add(-half_scaled, e, T{1}) : half_scaled * e;
  // Near 0 (1 + erf(x / sqrt 2)) / 2 is the more accurate.
  const T square = x * x;
  const T centre = T{0.5} + T{0.5} * kSqrtHalf * x * detail::erf_ratio(T{0.5} * square);
  return {size < T{0.75} ? centre : tail, kDensityScale * e};
}

template <class T>
CLINO_INLINE T normal_cdf(T x) {
  return normal(x).cdf;
}

template <class T>
CLINO_INLINE T normal_density(T x) {
  return normal(x).density;
}

}  // namespace clino::math
