#include "core/random.hpp"

#include <Random123/philox.h>
#include <cmath>
#include <numbers>
#include <utility>

namespace clino {

namespace {

using Philox = r123::Philox4x32;

constexpr std::uint64_t kLargestWord = 0xFFFFFFFFU;

Philox::key_type make_key(std::uint64_t seed) {
  return {{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32U)}};
}

/// The middle of one of 2^32 equal parts of (0, 1); in float the last few parts would round to 1,
/// so 24 bits are kept there.
template <class T>
T unit_interval(std::uint32_t bits) {
  if constexpr (sizeof(T) == 4) {
    return (static_cast<T>(bits >> 9U) + T{0.5}) * T{0x1p-23};
  } else {
    return (static_cast<T>(bits) + T{0.5}) * T{0x1p-32};
  }
}

}  // namespace

Random::Random(std::uint64_t seed, std::uint32_t stream, std::uint32_t sequence)
    : seed_(seed), stream_(stream), sequence_(sequence) {}

void Random::refill() {
  constexpr std::size_t kBlocks = kWords / 4;
  const Philox::key_type key = make_key(seed_);
  const std::uint64_t block = block_;
  const std::uint32_t sequence = sequence_;
  const std::uint32_t stream = stream_;
  std::uint32_t* const words = words_;
  for (std::size_t i = 0; i < kBlocks; ++i) {
    const Philox::ctr_type counter = {{static_cast<std::uint32_t>(block + i),
                                       static_cast<std::uint32_t>((block + i) >> 32U), sequence,
                                       stream}};
    const Philox::ctr_type drawn = Philox{}(counter, key);
    for (std::size_t word = 0; word < 4; ++word) words[4 * i + word] = drawn[word];
  }
  block_ += kBlocks;
  used_ = 0;
}

double Random::uniform() {
  const std::uint64_t high = bits() >> 6U;  // 26 bits
  const std::uint64_t low = bits() >> 6U;
  return (static_cast<double>((high << 26U) | low) + 0.5) * 0x1p-52;
}

double Random::normal() {
  if (std::exchange(has_spare_normal_, false)) return spare_normal_;
  const double radius = std::sqrt(-2.0 * std::log(uniform()));
  const double angle = 2.0 * std::numbers::pi * uniform();
  spare_normal_ = radius * std::sin(angle);
  has_spare_normal_ = true;
  return radius * std::cos(angle);
}

// The high word of bits * n is uniform once the few surplus low words are rejected.
inline std::uint32_t Random::below_word(std::uint32_t n) {
  std::uint64_t product = std::uint64_t{bits()} * n;
  if (static_cast<std::uint32_t>(product) < n) [[unlikely]] {
    const std::uint32_t surplus = (0U - n) % n;
    while (static_cast<std::uint32_t>(product) < surplus) product = std::uint64_t{bits()} * n;
  }
  return static_cast<std::uint32_t>(product >> 32U);
}

std::uint64_t Random::below(std::uint64_t n) {
  if (n <= kLargestWord) return below_word(static_cast<std::uint32_t>(n));
  const std::uint64_t surplus = (0ULL - n) % n;
  for (;;) {
    const std::uint64_t draw = (std::uint64_t{bits()} << 32U) | bits();
    if (draw >= surplus) return draw % n;
  }
}

void Random::shuffle(std::span<Index> values) {
  std::size_t i = values.size();
  for (; i > kLargestWord; --i) std::swap(values[i - 1], values[below(i)]);
  // An epoch of a small net is not much more than this loop.
  for (; i > 1; --i) std::swap(values[i - 1], values[below_word(static_cast<std::uint32_t>(i))]);
}

template <class T>
void fill_uniform(std::uint64_t seed, std::uint32_t stream, std::uint64_t epoch,
                  std::uint64_t sample, std::span<T> draws) {
  // The epoch goes into the key, beside the seed: the counter's words are taken by sample, unit
  // and stream. A multiplication by an odd constant spreads it over all bits.
  const Philox::key_type key = make_key(seed ^ ((epoch + 1) * 0x9E3779B97F4A7C15ULL));
  for (std::size_t unit = 0; unit < draws.size(); unit += 4) {
    const Philox::ctr_type counter = {{static_cast<std::uint32_t>(sample),
                                       static_cast<std::uint32_t>(sample >> 32U),
                                       static_cast<std::uint32_t>(unit / 4), stream}};
    const Philox::ctr_type words = Philox{}(counter, key);
    for (std::size_t i = unit; i < std::min(unit + 4, draws.size()); ++i) {
      draws[i] = unit_interval<T>(words[i - unit]);
    }
  }
}

template void fill_uniform<float>(std::uint64_t, std::uint32_t, std::uint64_t, std::uint64_t,
                                  std::span<float>);
template void fill_uniform<double>(std::uint64_t, std::uint32_t, std::uint64_t, std::uint64_t,
                                   std::span<double>);

}  // namespace clino
