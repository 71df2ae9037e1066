#include "train/class_probabilities.hpp"

#include <algorithm>
#include <cmath>

namespace clino {

namespace {

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

}  // namespace

double temperature_of(const Choice& loss) {
  return loss.has("temperature") ? loss.get<double>("temperature") : 1;
}

template <class T>
void class_probabilities(TargetKind kind, std::span<const T> logits, double temperature,
                         std::span<T> probabilities) {
  if (kind == TargetKind::binary) {
    const double scaled = static_cast<double>(logits[0]) / temperature;
    probabilities[0] = static_cast<T>(sigmoid(-scaled));
    probabilities[1] = static_cast<T>(sigmoid(scaled));
    return;
  }
  const auto largest = static_cast<double>(*std::ranges::max_element(logits));
  const auto exponential = [&](T logit) {
    return std::exp((static_cast<double>(logit) - largest) / temperature);
  };
  double sum = 0;
  for (const T logit : logits) sum += exponential(logit);
  std::ranges::transform(logits, probabilities.begin(),
                         [&](T logit) { return static_cast<T>(exponential(logit) / sum); });
}

template void class_probabilities(TargetKind, std::span<const float>, double, std::span<float>);
template void class_probabilities(TargetKind, std::span<const double>, double, std::span<double>);

}  // namespace clino
