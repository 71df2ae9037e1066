#include "claims/zigzag.hpp"

#include <numeric>
#include <utility>

#include "claims/first_pass.hpp"
#include "claims/net.hpp"
#include "claims/parallel.hpp"

namespace clino::claims {

namespace {

/// Whether every row has numbers of one sign alone, zeros aside, and some that are not 0.
template <class T>
bool rows_have_one_sign(Matrix<const T> gradient) {
  for (Index i = 0; i < gradient.rows; ++i) {
    bool positive = false, negative = false;
    for (Index j = 0; j < gradient.columns; ++j) {
      positive = positive || gradient(i, j) > 0;
      negative = negative || gradient(i, j) < 0;
    }
    if (positive == negative) return false;
  }
  return true;
}

}  // namespace

Index same_sign_nets(const Config& config, const Setting& setting, std::size_t seeds) {
  const std::vector<Index> counts = for_each_index(setting, seeds, [&](std::size_t i) {
    Config own = config;
    own.seed = seed_of(setting, i);
    return with_dtype(setting, [&](auto zero) {
      const FirstPass<decltype(zero)> pass(own, setting);
      const Var weight = pass.experiment.model.layers.back().weight;
      return Index{rows_have_one_sign(std::as_const(pass.experiment.parameters).gradient(weight))};
    });
  });
  return std::accumulate(counts.begin(), counts.end(), Index{0});
}

}  // namespace clino::claims
