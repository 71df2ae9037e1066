#include "statistics/distributions.hpp"

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/non_central_t.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace clino::statistics {

namespace {

/// Doubles are enough, and several times as fast as the long doubles that Boost would go by.
using Policy = boost::math::policies::policy<boost::math::policies::promote_double<false>>;
using Normal = boost::math::normal_distribution<double, Policy>;
using Student = boost::math::students_t_distribution<double, Policy>;
using ChiSquared = boost::math::chi_squared_distribution<double, Policy>;
using NoncentralT = boost::math::non_central_t_distribution<double, Policy>;

}  // namespace

using boost::math::cdf;
using boost::math::complement;
using boost::math::quantile;

double normal_quantile(double probability) { return quantile(Normal(), probability); }

double student_quantile(double probability, double degrees) {
  return quantile(Student(degrees), probability);
}

double student_two_sided(double t, double degrees) {
  if (std::isinf(t)) return 0;
  const Student student(degrees);
  return 2 * cdf(complement(student, std::abs(t)));
}

double noncentral_two_sided(double critical, double degrees, double noncentrality) {
  if (noncentrality == 0) return student_two_sided(critical, degrees);
  // Far out only the chi in the denominator varies: P(critical sqrt(chi^2 / degrees) < shift).
  constexpr double kFarOut = 1e3;
  if (noncentrality > kFarOut) {
    const double ratio = noncentrality / critical;
    return cdf(ChiSquared(degrees), degrees * ratio * ratio);
  }
  const NoncentralT shifted(degrees, noncentrality);
  return cdf(shifted, -critical) + cdf(complement(shifted, critical));
}

}  // namespace clino::statistics
