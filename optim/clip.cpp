#include "optim/clip.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "core/kernels/reduce.hpp"

namespace clino {

template <class T>
double squared_distance(std::span<const T> after, std::span<const T> before) {
  // Weights that stand still, as where gradients vanish: told at the first one that does not.
  if (after.empty() || std::memcmp(after.data(), before.data(), after.size_bytes()) == 0) return 0;
  return kernels::sum_of_squares([](auto x, auto y) { return x - y; }, after.size(), after.data(),
                                 before.data());
}

template <class T>
double clip_by_norm(std::span<T> gradients, double norm, double max_norm) {
  const double wanted = max_norm / (norm + 1e-6);
  const double scale = wanted > 1 ? 1 : wanted;  // NaN stays NaN
  if (scale == 1) return scale;
  const T factor = static_cast<T>(scale);
  for (T& gradient : gradients) gradient *= factor;
  return scale;
}

template <class T>
void clip_by_value(std::span<T> gradients, double max_value) {
  const T bound = static_cast<T>(max_value);
  for (T& gradient : gradients) gradient = std::clamp(gradient, -bound, bound);
}

template double squared_distance(std::span<const float>, std::span<const float>);
template double squared_distance(std::span<const double>, std::span<const double>);
template double clip_by_norm(std::span<float>, double, double);
template double clip_by_norm(std::span<double>, double, double);
template void clip_by_value(std::span<float>, double);
template void clip_by_value(std::span<double>, double);

}  // namespace clino
