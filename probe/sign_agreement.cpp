#include "probe/sign_agreement.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>

namespace clino {

namespace {

template <class T>
using SignedBits = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;
template <class T>
using UnsignedBits = std::make_unsigned_t<SignedBits<T>>;

struct Signs {
  bool positive = false;
  bool negative = false;
  bool nan = false;

  bool mixed() const { return positive && negative; }
  bool none() const { return !positive && !negative; }
};

/// Which signs there are, by the bit patterns: as signed numbers the largest is that of the largest
/// positive element, or of a NaN, which lies above infinity; as unsigned ones, negative elements
/// lie above all others in the order of their size. Two maxima are all that the loop computes. It
/// ends where both signs have been met, which inputs around 0 soon have: so it looks at a few
/// elements, then at twice as many, and so on.
template <class T>
Signs signs(std::span<const T> values) {
  using Unsigned = UnsignedBits<T>;
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  constexpr auto kPositiveInfinity = std::bit_cast<SignedBits<T>>(kInfinity);
  constexpr auto kNegativeInfinity = std::bit_cast<Unsigned>(-kInfinity);
  constexpr auto kNegativeZero = std::bit_cast<Unsigned>(T{-0.0});
  constexpr std::size_t kFirst = 32;
  Signs found;
  const T* x = values.data();
  for (std::size_t i = 0; i < values.size() && !found.mixed();) {
    const std::size_t end = std::min(values.size(), 2 * i + kFirst);
    SignedBits<T> highest = 0;
    Unsigned lowest = 0;
    for (; i < end; ++i) {
      highest = std::max(highest, std::bit_cast<SignedBits<T>>(x[i]));
      lowest = std::max(lowest, std::bit_cast<Unsigned>(x[i]));
    }
    found.positive |= highest > 0;
    found.negative |= lowest > kNegativeZero;
    found.nan |= highest > kPositiveInfinity || lowest > kNegativeInfinity;
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
std::optional<double> same_sign_fraction(Matrix<const T> inputs, Matrix<const T> delta) {
  const Signs all = signs(inputs.elements());
  if (!all.mixed() && !all.nan) {  // then one pair decides
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
    if (!found.none() && !found.nan) same += nonzero;
  }
  if (pairs == 0) return std::nullopt;
  return static_cast<double>(same) / static_cast<double>(pairs);
}

template std::optional<double> same_sign_fraction(Matrix<const float>, Matrix<const float>);
template std::optional<double> same_sign_fraction(Matrix<const double>, Matrix<const double>);

}  // namespace clino
