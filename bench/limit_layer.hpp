#pragma once

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <sys/mman.h>
#include <vector>

#include "bench/limit_large.hpp"

/// \file
/// What the limit probe's net is made of: memory, a layer, and the optimisers' rules.

namespace limit {

/// Zeros on a cache line of their own; many of them on large pages, which processors find sooner.
class Floats {
 public:
  explicit Floats(Index count = 0) {
    constexpr std::size_t kPage = 1 << 21, kLine = 64;
    const std::size_t bytes = static_cast<std::size_t>(count) * sizeof(float);
    const std::size_t unit = bytes >= kPage ? kPage : kLine;
    const std::size_t whole = (bytes / unit + 1) * unit;
    values_.reset(static_cast<float*>(std::aligned_alloc(unit, whole)));
    if (unit == kPage) ::madvise(values_.get(), whole, MADV_HUGEPAGE);
    std::memset(values_.get(), 0, whole);
  }
  float* data() { return values_.get(); }
  const float* data() const { return values_.get(); }

 private:
  struct Free {
    void operator()(float* values) const { std::free(values); }
  };
  std::unique_ptr<float, Free> values_;
};

inline Index padded(Index width) { return (width + kLanes - 1) / kLanes * kLanes; }

struct Layer {
  Layer(Index in, Index out, Index batch, Index moments)
      : inputs(in),
        outputs(out),
        weight(in * out),
        transposed(in * out),
        bias(out),
        y(out * batch),
        delta(out * batch) {
    for (Index i = 0; i < moments; ++i) {
      weight_moments.emplace_back(in * out);
      bias_moments.emplace_back(out);
    }
  }

  /// Whether a product with the transpose makes it while it copies.
  bool large() const { return is_large(inputs, outputs); }

  Index inputs, outputs;      ///< outputs padded to whole vectors, and so the next one's inputs
  Floats weight, transposed;  ///< [outputs, inputs] by columns, and its transpose
  Floats bias;
  Floats y, delta;  ///< [outputs, batch] by columns
  std::vector<Floats> weight_moments, bias_moments;
};

/// One number of each of 16 parameters is changed by 16 gradients.
struct Sgd {
  float rate, momentum;
  void operator()(V& w, V& moment, V& /*unused*/, V g) const {
    moment = moment * momentum + g;
    w -= moment * rate;
  }
};

struct PlainSgd {
  float rate;
  void operator()(V& w, V& /*unused*/, V& /*unused*/, V g) const { w -= g * rate; }
};

struct Adam {
  static constexpr float kFirst = .9F, kSecond = .999F, kEpsilon = 1e-8F;
  static constexpr float kNewFirst = .1F, kNewSecond = .001F;
  float rate, root;  ///< rate / (1 - .9^t), 1 / sqrt(1 - .999^t)
  void operator()(V& w, V& first, V& second, V g) const {
    first = first * kFirst + g * kNewFirst;
    second = second * kSecond + g * g * kNewSecond;
    V scale;
    for (Index i = 0; i < kLanes; ++i) scale[i] = std::sqrt(second[i]);
    w -= rate * first / (scale * root + kEpsilon);
  }
};

}  // namespace limit
