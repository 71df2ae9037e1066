#include "optim/clip.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace clino {
namespace {

/// Sum of term(i)^2 for i = 0 ... count - 1. Element i of a block is added to lane i mod 32, lanes
/// are added pairwise and blocks in order: an order that does not depend on the caller and that
/// the compiler can turn into vector code, which it may not do with a sum in plain order.
template <class Term>
double sum_of_squares(std::size_t count, const Term& term) {
  constexpr std::size_t kLanes = 32;
  constexpr std::size_t kBlock = 4096;
  double sum = 0;
  for (std::size_t first = 0; first < count; first += kBlock) {
    const std::size_t last = std::min(count, first + kBlock);
    std::array<double, kLanes> lanes = {};
    std::size_t i = first;
    for (; i + kLanes <= last; i += kLanes) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        const double x = term(i + lane);
        lanes[lane] += x * x;
      }
    }
    for (std::size_t lane = 0; i < last; ++i, ++lane) {
      const double x = term(i);
      lanes[lane] += x * x;
    }
    for (std::size_t width = kLanes / 2; width > 0; width /= 2) {
      for (std::size_t lane = 0; lane < width; ++lane) lanes[lane] += lanes[lane + width];
    }
    sum += lanes[0];
  }
  return sum;
}

}  // namespace

template <class T>
double squared_norm(std::span<const T> values) {
  return sum_of_squares(values.size(),
                        [x = values.data()](std::size_t i) { return static_cast<double>(x[i]); });
}

template <class T>
double squared_distance(std::span<const T> after, std::span<const T> before) {
  return sum_of_squares(after.size(), [x = after.data(), y = before.data()](std::size_t i) {
    return static_cast<double>(x[i]) - static_cast<double>(y[i]);
  });
}

template <class T>
double clip_by_norm(std::span<T> gradients, double norm, double max_norm) {
  const double scale = std::min(1.0, max_norm / (norm + 1e-6));
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

template double squared_norm(std::span<const float>);
template double squared_norm(std::span<const double>);
template double squared_distance(std::span<const float>, std::span<const float>);
template double squared_distance(std::span<const double>, std::span<const double>);
template double clip_by_norm(std::span<float>, double, double);
template double clip_by_norm(std::span<double>, double, double);
template void clip_by_value(std::span<float>, double);
template void clip_by_value(std::span<double>, double);

}  // namespace clino
