#include "theory/moments.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/errors.hpp"
#include "core/quadrature.hpp"

namespace clino::theory {

namespace {

/// E f(phi'(u)). A kink at 0 is halved between its sides for q = 0, as it is for any small q.
template <class F>
double slope_mean(const Activation& activation, double q, const F& f) {
  if (q > 0) {
    return gaussian_mean([&](double x) { return f(activation.slope(x)); }, q, activation.kinks());
  }
  constexpr double kLeast = std::numeric_limits<double>::min();
  return (f(activation.slope(-kLeast)) + f(activation.slope(kLeast))) / 2;
}

template <class F>
double value_mean(const Activation& activation, double q, const F& f) {
  return gaussian_mean([&](double x) { return f(activation.value(x)); }, q, activation.kinks());
}

double square(double x) { return x * x; }
double fourth(double x) { return square(square(x)); }

}  // namespace

Moments moments(const Activation& activation, double q) {
  return {.mean = value_mean(activation, q, [](double y) { return y; }),
          .mean_square = value_mean(activation, q, square),
          .mean_square_slope = slope_mean(activation, q, square)};
}

FourthMoments fourth_moments(const Activation& activation, double q) {
  return {.value = value_mean(activation, q, fourth), .slope = slope_mean(activation, q, fourth)};
}

double mean_square_growth(const Activation& activation, double q) {
  const auto rise = [&](double x) { return activation.value(x) * activation.slope(x) * x; };
  return gaussian_mean(rise, q, activation.kinks()) / q;
}

double pair_mean(const Activation& activation, double q_1, double q_2, double c) {
  if (!(c >= -1 && c <= 1)) {
    throw UsageError("pair_mean: expected a correlation from -1 to 1, found " + std::to_string(c));
  }
  // u_1 = a z_1, u_2 = b z_1 + d z_2 with independent standard normals.
  const double a = std::sqrt(q_1), b = std::sqrt(q_2) * c,
               d = std::sqrt(q_2) * std::sqrt(1 - c * c);
  const std::vector<double> kinks = activation.kinks();
  std::vector<double> inner_kinks(kinks.size());
  const auto inner = [&](double centre) {
    if (d == 0) return activation.value(centre);
    for (std::size_t i = 0; i < kinks.size(); ++i) inner_kinks[i] = (kinks[i] - centre) / d;
    return gaussian_mean([&](double z) { return activation.value(centre + d * z); }, 1,
                         inner_kinks);
  };
  // The inner mean has no kinks, but bends within a few d of them.
  std::vector<double> outer_kinks;
  for (const double kink : kinks) {
    if (a > 0) outer_kinks.push_back(kink / a);
    for (const double reach : {0.0, 1.0, 3.0, 8.0}) {
      if (b == 0) break;
      outer_kinks.insert(outer_kinks.end(), {(kink - reach * d) / b, (kink + reach * d) / b});
    }
  }
  return gaussian_mean([&](double z) { return activation.value(a * z) * inner(b * z); }, 1,
                       outer_kinks);
}

}  // namespace clino::theory
