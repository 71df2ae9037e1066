#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/types.hpp"

/// \file
/// Counter-based random numbers: Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random
/// numbers: as easy as 1, 2, 3", SC 2011), by the Random123 library. A draw is a pure function of
/// a key and a counter, so it does not depend on order, threads or restarts.

namespace clino {

/// A number that names an independent stream, from a text such as "data" or "layer 3" (FNV-1a).
constexpr std::uint32_t stream_id(std::string_view name) {
  std::uint32_t hash = 2166136261U;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash;
}

/// A sequence of draws from one stream of a seed: for data sets, initial weights and shuffling.
class Random {
 public:
  /// `sequence` tells apart repeated uses of one stream, such as the epochs of shuffling.
  Random(std::uint64_t seed, std::uint32_t stream, std::uint32_t sequence = 0);

  std::uint32_t bits() {
    if (used_ == kWords) refill();
    return words_[used_++];
  }
  /// Uniform in (0, 1), both ends excluded, with 53 bits.
  double uniform();
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// Standard normal (Box and Muller 1958).
  double normal();
  /// Uniform in {0, ..., n - 1}, n >= 1 (Lemire 2019, without bias).
  std::uint64_t below(std::uint64_t n);
  /// A uniform permutation in place (Fisher and Yates).
  void shuffle(std::span<Index> values);

 private:
  static constexpr unsigned kWords = 64;

  void refill();
  std::uint32_t below_word(std::uint32_t n);

  std::uint64_t seed_;
  std::uint32_t stream_;
  std::uint32_t sequence_;
  std::uint64_t block_ = 0;
  std::uint32_t words_[kWords] = {};  ///< blocks of Philox: made together they are vector code
  unsigned used_ = kWords;
  double spare_normal_ = 0;
  bool has_spare_normal_ = false;
};

/// Fills `draws` with uniforms in (0, 1) that belong to the units 0, 1, ... of one sample in one
/// epoch: a function of (seed, stream, epoch, sample, unit) and of nothing else. For dropout and
/// stochastic gates. Allocates nothing.
template <class T>
void fill_uniform(std::uint64_t seed, std::uint32_t stream, std::uint64_t epoch,
                  std::uint64_t sample, std::span<T> draws);

}  // namespace clino
