#include "probe/sign_agreement.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <type_traits>

#include "core/kernels/vector.hpp"

namespace clino {

namespace {

/// In one register: three bytes that are put together in memory stall whoever reads them.
struct Signs {
  static constexpr int kPositive = 1, kNegative = 2, kNan = 4;
  int bits = 0;

  bool mixed() const { return (bits & (kPositive | kNegative)) == (kPositive | kNegative); }
  bool nan() const { return (bits & kNan) != 0; }
  bool none() const { return bits == 0; }
};

/// As many bit patterns as a register holds.
template <class T>
constexpr int kLanes = static_cast<int>(static_cast<std::size_t>(kernels::kVectorBytes) /
                                        sizeof(T));
template <class T>
using SignedBits =
    kernels::Vector<std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>, kLanes<T>>;
template <class T>
using UnsignedBits =
    kernels::Vector<std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>, kLanes<T>>;

/// The OR of all lanes.
template <class V>
int folded(const V& marks) {
  std::array<std::uint64_t, sizeof(V) / sizeof(std::uint64_t)> words;
  std::memcpy(words.data(), &marks, sizeof marks);
  std::uint64_t bits = 0;
  for (const std::uint64_t word : words) bits |= word;
  return static_cast<int>((bits | bits >> 32U) & 7U);
}

/// By the bit patterns: as signed numbers the largest is that of the largest positive element, or
/// of a NaN, which lies above infinity; as unsigned ones, negative elements lie above all others in
/// the order of their size. Two maxima are all that the loop computes.
template <class T>
int signs_of_whole_registers(const T* x, std::size_t count) {
  using Signed = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;
  using Unsigned = std::make_unsigned_t<Signed>;
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  constexpr auto kPositiveInfinity = std::bit_cast<Signed>(kInfinity);
  constexpr auto kNegativeInfinity = std::bit_cast<Unsigned>(-kInfinity);
  constexpr auto kNegativeZero = std::bit_cast<Unsigned>(T{-0.0});
  SignedBits<T> highest = {};
  UnsignedBits<T> lowest = {};
  for (std::size_t i = 0; i < count; i += kLanes<T>) {
    SignedBits<T> as_signed;
    UnsignedBits<T> as_unsigned;
    kernels::load(as_signed, x + i);
    kernels::load(as_unsigned, x + i);
    highest = highest > as_signed ? highest : as_signed;
    lowest = lowest > as_unsigned ? lowest : as_unsigned;
  }
  const auto positive = (highest > 0) & (highest <= kPositiveInfinity);
  const auto negative = (lowest > kNegativeZero) & (lowest <= kNegativeInfinity);
  const auto nan = (highest > kPositiveInfinity) | (lowest > kNegativeInfinity);
  return folded((positive & Signs::kPositive) | (negative & Signs::kNegative) |
                (nan & Signs::kNan));
}

/// Which signs there are. Ends where both have been met, which inputs around 0 soon have: so it
/// looks at eight elements, then at more, at twice as many, and so on.
template <class T>
Signs signs(std::span<const T> values) {
  constexpr std::size_t kWidth = kLanes<T>;
  constexpr std::size_t kGlance = 8;
  constexpr std::size_t kFirst = 32;
  Signs found;
  const T* x = values.data();
  if (values.size() >= kGlance) {
    for (std::size_t i = 0; i < kGlance; ++i) {
      found.bits |= (x[i] > 0 ? Signs::kPositive : 0) | (x[i] < 0 ? Signs::kNegative : 0);
    }
    if (found.mixed()) return found;
  }
  std::size_t i = 0;
  while (i + kWidth <= values.size() && !found.mixed()) {
    const std::size_t end = std::min(values.size(), 2 * i + kFirst);
    const std::size_t count = (end - i) / kWidth * kWidth;
    found.bits |= signs_of_whole_registers(x + i, count);
    i += count;
  }
  for (; i < values.size() && !found.mixed(); ++i) {
    found.bits |= (x[i] > 0 ? Signs::kPositive : 0) | (x[i] < 0 ? Signs::kNegative : 0) |
                  (std::isnan(x[i]) ? Signs::kNan : 0);
  }
  return found;
}

/// NaN does not count: no weight can be told where to go by it.
template <class T>
Index count_nonzero(std::span<const T> values) {
  Index count = 0;
  constexpr std::size_t kChunk = 1 << 20;
  for (std::size_t first = 0; first < values.size(); first += kChunk) {
    const std::size_t size = std::min(kChunk, values.size() - first);
    const T* x = values.data() + first;
    int nonzero = 0;  // as wide as a float: the loop becomes vector code
    for (std::size_t i = 0; i < size; ++i) nonzero += x[i] < 0 || x[i] > 0 ? 1 : 0;
    count += nonzero;
  }
  return count;
}

}  // namespace

template <class T>
std::optional<double> same_sign_fraction(Matrix<const T> inputs, Matrix<const T> delta,
                                         bool one_sign) {
  if (!one_sign) {
    const Signs all = signs(inputs.elements());
    one_sign = !all.mixed() && !all.nan();
  }
  if (one_sign) {  // then one pair decides
    for (Index j = 0; j < inputs.columns; ++j) {
      if (signs(inputs.column(j)).none()) continue;
      if (count_nonzero(delta.column(j)) > 0) return 1;
    }
    return std::nullopt;
  }
  Index pairs = count_nonzero(delta.elements());
  Index same = 0;
  for (Index j = 0; j < inputs.columns; ++j) {
    const Signs found = signs(inputs.column(j));
    if (found.mixed()) continue;
    const Index nonzero = count_nonzero(delta.column(j));
    if (found.none()) pairs -= nonzero;
    if (!found.none() && !found.nan()) same += nonzero;
  }
  if (pairs == 0) return std::nullopt;
  return static_cast<double>(same) / static_cast<double>(pairs);
}

template std::optional<double> same_sign_fraction(Matrix<const float>, Matrix<const float>, bool);
template std::optional<double> same_sign_fraction(Matrix<const double>, Matrix<const double>, bool);

}  // namespace clino
