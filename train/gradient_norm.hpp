#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "core/thread_team.hpp"
#include "probe/layer_probe.hpp"

namespace clino {

/// The Euclidean norm of all gradients, taken in blocks of fixed size that threads share: its bits
/// do not depend on their number.
template <class T>
class GradientNorm {
 public:
  explicit GradientNorm(std::size_t count)
      : blocks_(std::max<std::size_t>(1, (count + kBlock - 1) / kBlock)) {}

  /// `gradients` as many as it was made for. Uses `threads` of the team. Allocates nothing.
  double operator()(std::span<const T> gradients, ThreadTeam* team, Index threads) {
    const auto measure = [&](Share share) {
      const IndexRange range = share.of(std::ssize(blocks_), 1);
      for (Index b = range.first; b < range.last; ++b) {
        const std::size_t first = static_cast<std::size_t>(b) * kBlock;
        blocks_[static_cast<std::size_t>(b)] =
            norm<T>(gradients.subspan(first, std::min(kBlock, gradients.size() - first)));
      }
    };
    if (team != nullptr) {
      team->run(threads, measure);
    } else {
      measure({});
    }
    return blocks_.size() == 1 ? blocks_.front() : norm<double>(blocks_);
  }

 private:
  static constexpr std::size_t kBlock = 16384;

  std::vector<double> blocks_;  ///< the norm of each
};

}  // namespace clino
