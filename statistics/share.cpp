#include "statistics/share.hpp"

#include <boost/math/distributions/binomial.hpp>
#include <string>

#include "core/errors.hpp"

namespace clino::statistics {

Interval clopper_pearson(Index successes, Index trials, double confidence) {
  if (trials <= 0 || successes < 0 || successes > trials) {
    throw UsageError("a share needs 0 <= successes <= trials and trials > 0, found " +
                     std::to_string(successes) + " of " + std::to_string(trials));
  }
  using Binomial = boost::math::binomial_distribution<double>;
  const auto n = static_cast<double>(trials), k = static_cast<double>(successes);
  const double tail = (1 - confidence) / 2;
  return {Binomial::find_lower_bound_on_p(n, k, tail), Binomial::find_upper_bound_on_p(n, k, tail)};
}

}  // namespace clino::statistics
