#pragma once

#include <numeric>
#include <vector>

#include "data/dataset.hpp"

namespace clino_test {

/// All samples of a part, as `fill` gives them.
template <class T>
struct Filled {
  std::vector<T> x, y, weight;
};

template <class T>
Filled<T> fill_all(const clino::Dataset<T>& data) {
  using clino::Index;
  const Index count = data.size();
  std::vector<Index> indices(static_cast<std::size_t>(count));
  std::iota(indices.begin(), indices.end(), Index{0});
  Filled<T> filled;
  filled.x.resize(static_cast<std::size_t>(data.features() * count));
  filled.y.resize(static_cast<std::size_t>(data.outputs() * count));
  filled.weight.resize(static_cast<std::size_t>(count));
  data.fill(indices, {filled.x.data(), data.features(), count},
            {filled.y.data(), data.outputs(), count}, {filled.weight.data(), 1, count});
  return filled;
}

}  // namespace clino_test
