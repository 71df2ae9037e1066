#include "probe/update_cosine.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/kernels/reduce.hpp"
#include "probe/layer_probe.hpp"

namespace clino {

namespace {

/// u v / (|u| |v|), where the squares leave the range of double.
template <class T>
std::optional<double> scaled_cosine(std::span<const T> u, std::span<const T> v) {
  const double left = norm(u);
  const double right = norm(v);
  if (left == 0 || right == 0) return std::nullopt;
  if (!std::isfinite(left) || !std::isfinite(right)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  return kernels::sum(u.size(), [&](std::size_t i) {
    return static_cast<double>(u[i]) / left * (static_cast<double>(v[i]) / right);
  });
}

template <class T>
std::optional<double> cosine(std::span<const T> u, std::span<const T> v) {
  const auto [dot, left, right] = kernels::element_sums<3>(
      [](auto* terms, auto a, auto b) {
        terms[0] = a * b;
        terms[1] = a * a;
        terms[2] = b * b;
      },
      u.size(), u.data(), v.data());
  const auto usual = [](double square) { return square > 1e-140 && square < 1e140; };
  if (!usual(left) || !usual(right)) return scaled_cosine(u, v);
  return dot / std::sqrt(left * right);
}

}  // namespace

template <class T>
UpdateCosine<T>::UpdateCosine(const Parameters<T>& parameters)
    : weights_(parameters.values().size()), previous_(parameters.values().size()) {}

template <class T>
void UpdateCosine<T>::before(const Parameters<T>& parameters) {
  std::ranges::copy(parameters.values(), weights_.begin());
}

template <class T>
std::optional<double> UpdateCosine<T>::after(const Parameters<T>& parameters) {
  std::ranges::transform(parameters.values(), weights_, weights_.begin(),
                         [](T now, T then) { return now - then; });
  const std::optional<double> found = cosine<T>(weights_, previous_);
  std::swap(weights_, previous_);
  if (!found || std::isnan(*found)) return found;
  return std::clamp(*found, -1.0, 1.0);
}

template class UpdateCosine<float>;
template class UpdateCosine<double>;

}  // namespace clino
