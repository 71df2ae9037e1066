#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <span>
#include <type_traits>

#include "core/kernels/vector.hpp"
#include "core/types.hpp"

/// \file
/// Sums in a fixed order. A sum in plain order cannot become vector code, and one that the compiler
/// may reorder would not give the same bits in every build of a caller; so the order is fixed here,
/// once, for everything that adds up many numbers: element i of a block of 4096 is added to lane
/// i mod 32, lanes are added pairwise and blocks in order.

namespace clino::kernels {

inline constexpr std::size_t kSumLanes = 32;
inline constexpr std::size_t kSumBlock = 4096;

/// `Count` sums at once: `term(i)` gives an array of `Count` doubles for i = 0 ... count - 1.
template <std::size_t Count, class Term>
std::array<double, Count> sums(std::size_t count, const Term& term) {
  std::array<double, Count> total = {};
  for (std::size_t first = 0; first < count; first += kSumBlock) {
    const std::size_t last = std::min(count, first + kSumBlock);
    std::array<std::array<double, kSumLanes>, Count> lanes = {};
    const auto add = [&](std::size_t i, std::size_t lane) {
      const std::array<double, Count> terms = term(i);
      for (std::size_t s = 0; s < Count; ++s) lanes[s][lane] += terms[s];
    };
    std::size_t i = first;
    for (; i + kSumLanes <= last; i += kSumLanes) {
      for (std::size_t lane = 0; lane < kSumLanes; ++lane) add(i + lane, lane);
    }
    const std::size_t rest = last - i;
    for (std::size_t lane = 0; lane < rest; ++lane) add(i + lane, lane);
    for (std::size_t s = 0; s < Count; ++s) {
      for (std::size_t width = kSumLanes / 2; width > 0; width /= 2) {
        for (std::size_t lane = 0; lane < width; ++lane) lanes[s][lane] += lanes[s][lane + width];
      }
      total[s] += lanes[s][0];
    }
  }
  return total;
}

/// One sum.
template <class Term>
double sum(std::size_t count, const Term& term) {
  return sums<1>(count, [&](std::size_t i) { return std::array<double, 1>{term(i)}; })[0];
}

/// Doubles that are added together: half a register of 64 bytes, since what bounds these sums is
/// widening float to double, which is faster by halves on processors that split such registers.
inline constexpr int kPackLanes = kVectorBytes >= 32 ? 4 : 2;
using Pack = Vector<double, kPackLanes>;

template <class T>
[[gnu::always_inline]] inline Pack widen(const T* source) {
  // GCC 12 takes two instructions and a shuffle for what the processor does in one.
#if defined(__AVX__)
  if constexpr (std::is_same_v<T, float>) return _mm256_cvtps_pd(_mm_loadu_ps(source));
#elif defined(__SSE2__)
  if constexpr (std::is_same_v<T, float>) {
    const auto* bits = reinterpret_cast<const __m128i*>(source);
    return _mm_cvtps_pd(_mm_castsi128_ps(_mm_loadl_epi64(bits)));
  }
#endif
  Vector<T, kPackLanes> narrow;
  load(narrow, source);
  return __builtin_convertvector(narrow, Pack);
}

/// Adds all lanes pairwise; what they held is lost.
template <std::size_t Packs>
double sum_of_lanes(Pack (&lanes)[Packs]) {
  for (std::size_t width = Packs / 2; width > 0; width /= 2) {
    for (std::size_t p = 0; p < width; ++p) lanes[p] += lanes[p + width];
  }
  Pack& sum = lanes[0];
  for (int width = kPackLanes / 2; width > 0; width /= 2) {
    for (int lane = 0; lane < width; ++lane) sum[lane] += sum[lane + width];
  }
  return sum[0];
}

/// The same sums over the elements of `runs`, all of one length, half as long in the making:
/// `term(x...)` takes one element of each as double, or a `Pack` of them, and sets the `Count`
/// numbers behind its first argument to what is to be added.
template <std::size_t Count, class Term, class... T>
std::array<double, Count> element_sums(const Term& term, std::size_t count, const T*... runs) {
  constexpr std::size_t kPack = kPackLanes;
  constexpr std::size_t kPacks = kSumLanes / kPack;
  std::array<double, Count> total = {};
  for (std::size_t first = 0; first < count; first += kSumBlock) {
    const std::size_t last = std::min(count, first + kSumBlock);
    Pack lanes[Count][kPacks] = {};
    std::size_t i = first;
    if (i + kSumLanes <= last) {
      Pack held[Count][kPacks] = {};  // in registers: every index is known to the compiler
      for (; i + kSumLanes <= last; i += kSumLanes) {
#pragma GCC unroll 16
        for (std::size_t pack = 0; pack < kPacks; ++pack) {
          Pack terms[Count];
          term(terms, widen(runs + i + pack * kPack)...);
          for (std::size_t s = 0; s < Count; ++s) held[s][pack] += terms[s];
        }
      }
      std::memcpy(lanes, held, sizeof lanes);
    }
    std::size_t pack = 0;
    for (; i + kPack <= last; i += kPack, ++pack) {
      Pack terms[Count];
      term(terms, widen(runs + i)...);
      for (std::size_t s = 0; s < Count; ++s) lanes[s][pack] += terms[s];
    }
    for (std::size_t lane = 0; i < last; ++i, ++lane) {
      double terms[Count];
      term(terms, static_cast<double>(runs[i])...);
      for (std::size_t s = 0; s < Count; ++s) lanes[s][pack][lane] += terms[s];
    }
    for (std::size_t s = 0; s < Count; ++s) total[s] += sum_of_lanes(lanes[s]);
  }
  return total;
}

/// Floats whose terms are added in float: element i of 512, or of the last whole 64, to lane i mod
/// 64, so that each lane adds eight terms at most, four lanes are added to one, and then it is
/// widened.
inline constexpr std::size_t kQuickLanes = 64;
inline constexpr std::size_t kFoldedLanes = 16;
inline constexpr std::size_t kQuickRun = 512;

/// `element_sums` of floats in about half the time, for figures that are looked at: terms are made
/// and added in float, eight at a time, and only these sums in double. Terms of one sign are wrong
/// by at most 11 roundings of float, 6.6e-7 of their sum; a term that leaves the range of float
/// spoils it. Of doubles it is `element_sums`.
template <std::size_t Count, class Term, class... T>
std::array<double, Count> quick_sums(const Term& term, std::size_t count, const T*... runs) {
  if constexpr ((std::is_same_v<T, double> || ...)) {
    return element_sums<Count>(term, count, runs...);
  } else {
    constexpr std::size_t kWidth = static_cast<std::size_t>(kVectorBytes) / sizeof(float);
    constexpr std::size_t kVectors = kQuickLanes / kWidth;
    using Floats = Vector<float, static_cast<int>(kWidth)>;
    const auto loaded = [](const float* source) {
      Floats floats;
      load(floats, source);
      return floats;
    };
    Pack lanes[Count][kFoldedLanes / kPackLanes] = {};
    std::size_t first = 0;
    while (first + kQuickLanes <= count) {
      Floats held[Count][kVectors] = {};
      const std::size_t last =
          first + std::min(kQuickRun, (count - first) / kQuickLanes * kQuickLanes);
      for (std::size_t i = first; i < last; i += kQuickLanes) {
#pragma GCC unroll 16
        for (std::size_t v = 0; v < kVectors; ++v) {
          Floats terms[Count];
          term(terms, loaded(runs + i + v * kWidth)...);
          for (std::size_t s = 0; s < Count; ++s) held[s][v] += terms[s];
        }
      }
      first = last;
      float sums[Count][kFoldedLanes];
      for (std::size_t s = 0; s < Count; ++s) {
#pragma GCC unroll 8
        for (std::size_t half = kVectors / 2; half >= kFoldedLanes / kWidth; half /= 2) {
          for (std::size_t v = 0; v < half; ++v) held[s][v] += held[s][v + half];
        }
        std::memcpy(sums[s], held[s], sizeof sums[s]);
#pragma GCC unroll 16
        for (std::size_t lane = 0; lane < kFoldedLanes; lane += kPackLanes) {
          lanes[s][lane / kPackLanes] += widen(sums[s] + lane);
        }
      }
    }
    std::array<double, Count> total = element_sums<Count>(term, count - first, (runs + first)...);
    for (std::size_t s = 0; s < Count; ++s) total[s] += sum_of_lanes(lanes[s]);
    return total;
  }
}

/// Whether a quick sum of the squares of `count` floats can be trusted: those that left the range
/// of float, or its normal numbers, would not have counted.
constexpr bool is_sound(double quick_sum_of_squares, std::size_t count) {
  return quick_sum_of_squares > 1e-30 * static_cast<double>(count) && quick_sum_of_squares < 1e36;
}

/// A power of two that brings the largest of four values near 1, so that gradients that vanish stay
/// in the range of float when they are squared; 1 where they do by themselves, and for doubles.
template <class Value, class... T>
auto scale_to_one(const Value& value, std::size_t count, const T*... runs) {
  using Real = std::common_type_t<T...>;
  if constexpr (std::is_same_v<Real, float>) {
    float largest = 0;
    for (std::size_t k = 1; k < 8; k += 2) {
      largest = std::max(largest, std::abs(value(runs[count * k / 8]...)));
    }
    if (largest < 0x1p-100F) return 0x1p50F;
    if (largest >= 0x1p-30F && largest <= 0x1p30F) return 1.0F;
    if (!(largest < 0x1p100F)) return 0x1p-50F;
    constexpr std::uint32_t kExponent = 0x7F800000U;
    return 1 / std::bit_cast<float>(std::bit_cast<std::uint32_t>(largest) & kExponent);
  }
  return Real{1};
}

/// Sum of the squares of `value(x...)`, which takes one element of each of the `runs` as they are,
/// or a vector of them. Floats are squared in float as long as none of the squares that count
/// leaves its range: as good as `quick_sums`, or as `element_sums`.
template <class Value, class... T>
double sum_of_squares(const Value& value, std::size_t count, const T*... runs) {
  if (count == 0) return 0;
  const auto squares = [&](auto* terms, auto... x) {
    const auto y = value(x...);
    terms[0] = y * y;
  };
  const auto scaled_sum = [&](auto scale) {
    const auto scaled = [&](auto* terms, auto... x) {
      const auto y = value(x...) * scale;
      terms[0] = y * y;
    };
    return quick_sums<1>(scaled, count, runs...)[0];
  };
  const auto scale = scale_to_one(value, count, runs...);
  // A multiplication that does nothing would make the loop half as slow again.
  const double quick = scale == 1 ? quick_sums<1>(squares, count, runs...)[0] : scaled_sum(scale);
  if (is_sound(quick, count)) return quick / scale / scale;
  if constexpr (std::is_same_v<std::common_type_t<T...>, float>) {
    // Units that are dead: no square of a float so scaled is 0.
    if (quick == 0 && scaled_sum(0x1p100F) == 0) return 0;
  }
  return element_sums<1>(squares, count, runs...)[0];
}

/// Sum of squares, each widened to double first, so that no float overflows or underflows.
template <class T>
double squared_norm(std::span<const T> values) {
  return element_sums<1>([](auto* terms, auto x) { terms[0] = x * x; }, values.size(),
                         values.data())[0];
}

}  // namespace clino::kernels
