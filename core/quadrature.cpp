#include "core/quadrature.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "core/errors.hpp"

namespace clino {

namespace {

constexpr int kPoints = 20;
constexpr double kReach = 12;  ///< the density there is 2e-32

struct Rule {
  std::array<double, kPoints> node;
  std::array<double, kPoints> weight;
};

/// Gauss-Legendre on [-1, 1]: roots of P_n by Newton's method, weights 2 / ((1 - x^2) P_n'(x)^2)
/// (Abramowitz and Stegun 25.4.29).
Rule legendre_rule() {
  Rule rule{};
  for (std::size_t i = 0; i < kPoints; ++i) {
    double x = std::cos(std::numbers::pi * (static_cast<double>(i) + 0.75) / (kPoints + 0.5));
    double slope = 0;
    for (int iteration = 0; iteration < 10; ++iteration) {
      double previous = 1;
      double current = x;
      for (int n = 2; n <= kPoints; ++n) {
        const double next = ((2 * n - 1) * x * current - (n - 1) * previous) / n;
        previous = current;
        current = next;
      }
      slope = kPoints * (x * current - previous) / (x * x - 1);
      x -= current / slope;
    }
    rule.node[i] = x;
    rule.weight[i] = 2 / ((1 - x * x) * slope * slope);
  }
  return rule;
}

/// Ends of the panels in z, sorted: whole numbers for the density, powers of two times 1 / sqrt(q)
/// for f, and the kinks.
std::vector<double> panel_ends(double root_q, std::span<const double> kinks) {
  std::vector<double> ends = {0};
  for (double z = 1; z <= kReach; ++z) ends.insert(ends.end(), {-z, z});
  for (double x = 0.25; x < kReach * root_q; x *= 2) {
    ends.insert(ends.end(), {-x / root_q, x / root_q});
  }
  for (const double kink : kinks) {
    if (std::abs(kink) < kReach * root_q) ends.push_back(kink / root_q);
  }
  std::sort(ends.begin(), ends.end());
  return ends;
}

}  // namespace

double gaussian_mean(const std::function<double(double)>& f, double q,
                     std::span<const double> kinks) {
  if (!(q >= 0) || !std::isfinite(q)) {
    throw UsageError("gaussian_mean: expected a finite variance q >= 0, found " +
                     std::to_string(q));
  }
  if (q == 0) return f(0);
  static const Rule rule = legendre_rule();
  const double root_q = std::sqrt(q);
  const std::vector<double> ends = panel_ends(root_q, kinks);
  double sum = 0;
  for (std::size_t panel = 1; panel < ends.size(); ++panel) {
    const double centre = (ends[panel] + ends[panel - 1]) / 2;
    const double half = (ends[panel] - ends[panel - 1]) / 2;
    for (std::size_t i = 0; i < kPoints && half > 0; ++i) {
      const double z = centre + half * rule.node[i];
      sum += half * rule.weight[i] * f(root_q * z) * std::exp(-z * z / 2);
    }
  }
  return sum / std::sqrt(2 * std::numbers::pi);
}

}  // namespace clino
