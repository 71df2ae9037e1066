#pragma once

#include <functional>
#include <span>

namespace clino {

/// E f(sqrt(q) z), z standard normal: Gauss-Legendre quadrature on panels that end at the kinks, at
/// 0, and densely around it on the scales of both f and the density. `kinks` are arguments of f
/// where f or its derivatives jump. Error about 1e-12 for functions smooth on the scale of 1
/// between kinks and growing no faster than a power. f(0) for q = 0. Throws `UsageError` unless q
/// is finite and >= 0.
double gaussian_mean(const std::function<double(double)>& f, double q,
                     std::span<const double> kinks = {});

}  // namespace clino
