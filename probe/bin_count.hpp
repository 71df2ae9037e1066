#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>

#include "core/types.hpp"

/// \file
/// How the elements of a histogram are counted. Each gets a slot: 0 below the bins, then the bins,
/// then one above them and one for what is not finite.

namespace clino::detail {

inline constexpr int kBins = 32;
inline constexpr double kHalf = 16;  ///< bins on either side of 0
inline constexpr int kOverflowSlot = kBins + 1;
inline constexpr int kNonfiniteSlot = kBins + 2;
inline constexpr int kSlots = kBins + 3;

using SlotCounts = std::array<std::uint64_t, kSlots>;

/// Bins of equal width from -range to range: bin floor(v / width) + 16, in double, so that the sign
/// alone decides at the edge 0 and a number that is an edge belongs to the bin above it. (A product
/// with 1 / width would not do: 46875 * fl(16 / 50000) is above 15.) The last bin holds its upper
/// edge.
class LinearSlots {
 public:
  explicit LinearSlots(double range) : range_(range), width_(range / kHalf) {}

  template <class T>
  unsigned char operator()(T value) const {
    constexpr double kLargest = std::numeric_limits<double>::max();
    const auto v = static_cast<double>(value);
    double slot = std::floor(v / width_) + (kHalf + 1);
    slot = slot > 0 ? slot : 0;  // NaN too: what is cast below lies in the range of the target
    slot = slot < kBins ? slot : kBins;
    slot = v > range_ ? kOverflowSlot : slot;
    slot = std::abs(v) <= kLargest ? slot : kNonfiniteSlot;
    return static_cast<unsigned char>(static_cast<int>(slot));
  }

 private:
  double range_;
  double width_;
};

/// 10^(-12 + k / 2), k = 0 ... 32.
inline constexpr std::array<double, kBins + 1> kDecimalEdges = {
    1e-12, 3.16227766016837933e-12, 1e-11, 3.16227766016837933e-11, 1e-10, 3.16227766016837933e-10,
    1e-9,  3.16227766016837933e-9,  1e-8,  3.16227766016837933e-8,  1e-7,  3.16227766016837933e-7,
    1e-6,  3.16227766016837933e-6,  1e-5,  3.16227766016837933e-5,  1e-4,  3.16227766016837933e-4,
    1e-3,  3.16227766016837933e-3,  1e-2,  3.16227766016837933e-2,  1e-1,  3.16227766016837933e-1,
    1e0,   3.16227766016837933e0,   1e1,   3.16227766016837933e1,   1e2,   3.16227766016837933e2,
    1e3,   3.16227766016837933e3,   1e4};

/// Bins of |v| between the decimal edges, by comparing bit patterns: those of positive numbers are
/// in the order of the numbers. Edges lie further apart than powers of two, so the exponent leaves
/// at most one edge to compare with.
template <class T>
class DecimalSlots {
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  static constexpr int kMantissaBits = std::numeric_limits<T>::digits - 1;
  static constexpr Bits kMagnitude = ~Bits{0} >> 1;
  static constexpr std::size_t kExponents = std::size_t{kMagnitude >> kMantissaBits} + 1;

 public:
  constexpr DecimalSlots() {
    std::size_t slot = 0;
    for (std::size_t exponent = 0; exponent + 1 < kExponents; ++exponent) {
      first_[exponent] = static_cast<unsigned char>(slot);
      next_[exponent] = kMagnitude;
      if (slot > kBins) continue;
      const Bits edge = slot < kBins ? at_or_above(kDecimalEdges[slot])
                                     : at_or_above(kDecimalEdges[kBins]) + 1;  // the last bin's own
      if (edge >> kMantissaBits != exponent) continue;
      next_[exponent] = edge;
      ++slot;
    }
    first_[kExponents - 1] = kNonfiniteSlot;
    next_[kExponents - 1] = kMagnitude + 1;
  }

  unsigned char operator()(T value) const {
    const Bits bits = std::bit_cast<Bits>(value) & kMagnitude;
    const auto exponent = static_cast<std::size_t>(bits >> kMantissaBits);
    return static_cast<unsigned char>(first_[exponent] + (bits >= next_[exponent] ? 1 : 0));
  }

 private:
  /// The bits of the smallest T that is not below `edge`.
  static constexpr Bits at_or_above(double edge) {
    const T rounded = static_cast<T>(edge);
    return std::bit_cast<Bits>(rounded) + (static_cast<double>(rounded) < edge ? 1 : 0);
  }

  std::array<unsigned char, kExponents> first_ = {};  ///< slot of the power of two itself
  std::array<Bits, kExponents> next_ = {};            ///< from where on it is the next one
};

/// Counts every element of `values` in its slot. An increment has to wait for the one before it
/// where both are of the same slot, as with the zeros of ReLU: neighbours are counted apart.
template <class T, class SlotOf>
SlotCounts count_slots(std::span<const T> values, const SlotOf& slot_of) {
  constexpr std::size_t kChunk = 512;
  constexpr std::size_t kParts = 8;
  std::array<SlotCounts, kParts> parts = {};
  std::array<unsigned char, kChunk> slots;
  for (std::size_t first = 0; first < values.size(); first += kChunk) {
    const std::size_t size = std::min(kChunk, values.size() - first);
    const T* chunk = values.data() + first;
    for (std::size_t i = 0; i < size; ++i) slots[i] = slot_of(chunk[i]);
    std::size_t i = 0;
    for (; i + kParts <= size; i += kParts) {
      for (std::size_t part = 0; part < kParts; ++part) ++parts[part][slots[i + part]];
    }
    for (; i < size; ++i) ++parts[0][slots[i]];
  }
  for (std::size_t part = 1; part < kParts; ++part) {
    for (std::size_t slot = 0; slot < kSlots; ++slot) parts[0][slot] += parts[part][slot];
  }
  return parts[0];
}

}  // namespace clino::detail
