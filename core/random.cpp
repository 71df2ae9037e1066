#include "core/random.hpp"

#include <Random123/philox.h>
#include <cmath>
#include <iterator>
#include <numbers>
#include <utility>

namespace clino {

namespace {

using Philox = r123::Philox4x32;

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
  const Philox::key_type key = make_key(seed_);
#pragma GCC unroll 4
  for (std::size_t first = 0; first < std::size(words_); first += 4) {
    const Philox::ctr_type counter = {{static_cast<std::uint32_t>(block_),
                                       static_cast<std::uint32_t>(block_ >> 32U), sequence_,
                                       stream_}};
    const Philox::ctr_type words = Philox{}(counter, key);
    for (std::size_t i = 0; i < 4; ++i) words_[first + i] = words[i];
    ++block_;
  }
  used_ = 0;
}

std::uint32_t Random::bits() {
  if (used_ == std::size(words_)) refill();
  return words_[used_++];
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

std::uint64_t Random::below(std::uint64_t n) {
  if (n <= 0xFFFFFFFFU) {
    // The high word of bits * n is uniform once the few surplus low words are rejected.
    const auto bound = static_cast<std::uint32_t>(n);
    std::uint64_t product = std::uint64_t{bits()} * bound;
    if (static_cast<std::uint32_t>(product) < bound) {
      const std::uint32_t surplus = (0U - bound) % bound;
      while (static_cast<std::uint32_t>(product) < surplus) product = std::uint64_t{bits()} * bound;
    }
    return product >> 32U;
  }
  const std::uint64_t surplus = (0ULL - n) % n;
  for (;;) {
    const std::uint64_t draw = (std::uint64_t{bits()} << 32U) | bits();
    if (draw >= surplus) return draw % n;
  }
}

void Random::shuffle(std::span<Index> values) {
  for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[below(i)]);
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
