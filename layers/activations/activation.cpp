#include "layers/activations/activation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/errors.hpp"
#include "core/quadrature.hpp"

namespace clino {

void Activation::measure_max_slope() {
  constexpr int kReach = 32;
  constexpr int kSteps = 128;  // to a unit of x
  const auto visit = [this](double x) { max_slope_ = std::max(max_slope_, std::abs(slope(x))); };
  for (int i = -kReach * kSteps; i <= kReach * kSteps; ++i) {
    visit(static_cast<double>(i) / kSteps);
  }
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const double kink : kinks()) {
    visit(std::nextafter(kink, -kInfinity));
    visit(std::nextafter(kink, kInfinity));
  }
}

void Activation::set_max_slope(double slope) {
  if (!kPositive.contains(slope) || !std::isfinite(slope)) {
    throw UsageError(name() + ": max_slope must be a finite number > 0, found " +
                     to_text(OptionValue(slope)));
  }
  max_slope_ = slope;
}

void Activation::refuse(std::string_view what) const {
  throw UsageError(name() + " has no " + std::string(what) +
                   " for one number: it works on all units of a sample");
}

double forward_gain(const Activation& activation) {
  if (!activation.elementwise()) return 1;
  const auto square = [&activation](double x) {
    const double y = activation.value(x);
    return y * y;
  };
  const double mean_square = gaussian_mean(square, 1, activation.kinks());
  if (!(mean_square > 0) || !std::isfinite(mean_square)) {
    throw NumericalError(activation.name() + " has no forward-preserving gain: E phi(z)^2 is " +
                         std::to_string(mean_square));
  }
  return 1 / std::sqrt(mean_square);
}

}  // namespace clino
