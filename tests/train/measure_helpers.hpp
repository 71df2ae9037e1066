#pragma once

#include <vector>

#include "core/random.hpp"
#include "core/types.hpp"

namespace clino::test {

/// The definition of the area, over all pairs.
inline double area_by_pairs(const std::vector<double>& scores, const std::vector<Index>& classes,
                            Index positive) {
  double wins = 0, pairs = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    for (std::size_t j = 0; j < scores.size(); ++j) {
      if (classes[i] != positive || classes[j] == positive) continue;
      wins += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
      ++pairs;
    }
  }
  return wins / pairs;
}

inline std::vector<double> draw(std::size_t count, std::uint64_t seed) {
  std::vector<double> values(count);
  Random random(seed, stream_id("test"));
  for (double& value : values) value = random.uniform(-3, 3);
  return values;
}

inline std::vector<Index> draw_classes(std::size_t count, Index classes, std::uint64_t seed) {
  std::vector<Index> result;
  for (const double x : draw(count, seed)) {
    result.push_back(static_cast<Index>((x + 3) / 6 * static_cast<double>(classes)));
  }
  return result;
}

}  // namespace clino::test
