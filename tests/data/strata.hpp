#pragma once

#include <algorithm>
#include <vector>

#include "core/random.hpp"
#include "core/types.hpp"

namespace clino_test {

/// Classes of very different sizes, in no order.
inline std::vector<clino::Index> uneven_classes() {
  std::vector<clino::Index> strata;
  clino::Random random(5, 0);
  for (int i = 0; i < 997; ++i) {
    const double u = random.uniform();
    strata.push_back(u < 0.6 ? 2 : u < 0.9 ? 0 : u < 0.99 ? 1 : 3);
  }
  return strata;
}

/// How many of the rows are of a class.
inline clino::Index count_of(clino::Index label, const std::vector<clino::Index>& rows,
                             const std::vector<clino::Index>& strata) {
  return std::count_if(rows.begin(), rows.end(), [&](clino::Index row) {
    return strata[static_cast<std::size_t>(row)] == label;
  });
}

}  // namespace clino_test
