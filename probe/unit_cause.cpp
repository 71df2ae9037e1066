#include "probe/unit_cause.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <limits>
#include <map>
#include <utility>

#include "core/errors.hpp"
#include "core/kernels/reduce.hpp"

namespace clino {

template <class T>
UnitCauses<T>::UnitCauses(std::vector<UnitLayer> layers) {
  std::size_t units = 0;
  std::size_t weights = 0;
  std::size_t inputs = 0;
  for (UnitLayer& layer : layers) {
    fed_of_.push_back(layer.fed_by_dense() ? std::ssize(fed_) : -1);
    if (!layer.fed_by_dense()) continue;
    const auto own_units = static_cast<std::size_t>(layer.units);
    const auto own_inputs = static_cast<std::size_t>(layer.inputs);
    fed_.push_back({std::move(layer), units, weights, inputs});
    units += own_units;
    weights += own_units * own_inputs;
    inputs += own_inputs;
  }
  sums_.resize(inputs);
  references_.weights.resize(weights);
  references_.biases.resize(units);
  references_.mean_at.resize(units, -1);
}

template <class T>
void UnitCauses<T>::begin() {
  std::ranges::fill(sums_, 0.0);
  samples_ = 0;
}

template <class T>
void UnitCauses<T>::add(const Tape<T>& tape) {
  for (const Fed& fed : fed_) {
    const Matrix<const T> input = tape.value(fed.description.input);
    double* sum = sums_.data() + fed.first_input;
    for (Index j = 0; j < input.columns; ++j) {
      const T* column = input.column(j).data();
      for (Index i = 0; i < input.rows; ++i) sum[i] += static_cast<double>(column[i]);
    }
  }
  samples_ += tape.batch();
}

template <class T>
double UnitCauses<T>::mean_input(const Fed& fed, Index input) const {
  return sums_[fed.first_input + static_cast<std::size_t>(input)] / static_cast<double>(samples_);
}

template <class T>
std::optional<UnitChange> UnitCauses<T>::change(std::size_t layer, Index unit,
                                                const Parameters<T>& parameters) const {
  if (fed_of_[layer] < 0) return std::nullopt;
  const Fed& fed = fed_[static_cast<std::size_t>(fed_of_[layer])];
  const UnitLayer& description = fed.description;
  const std::size_t place = fed.first_unit + static_cast<std::size_t>(unit);
  const std::int64_t mean_at = references_.mean_at[place];
  if (mean_at < 0) return std::nullopt;

  const Matrix<const T> weight = parameters.value(description.weight);
  const T* before = references_.weights.data() + fed.first_weight + unit;
  const double* mean_before = references_.means.data() + mean_at;
  const auto [weights, inputs, product] = kernels::sums<3>(
      static_cast<std::size_t>(description.inputs), [&](std::size_t k) -> std::array<double, 3> {
        const auto i = static_cast<Index>(k);
        const auto w0 = static_cast<double>(before[i * description.units]);
        const auto w1 = static_cast<double>(weight(unit, i));
        const double h0 = mean_before[i];
        const double h1 = mean_input(fed, i);
        return {(w1 - w0) * h0, w1 * (h1 - h0), w1 * h1};
      });
  const auto bias = description.bias.valid()
                        ? static_cast<double>(parameters.value(description.bias)(unit, 0))
                        : 0.0;
  return UnitChange{.bias = bias - static_cast<double>(references_.biases[place]),
                    .weight = weights,
                    .input = inputs,
                    .pre_activation = product + bias};
}

template <class T>
void UnitCauses<T>::keep(std::span<const unsigned char> active, const Parameters<T>& parameters) {
  for (const Fed& fed : fed_) {
    const UnitLayer& description = fed.description;
    const unsigned char* alive = active.data() + description.first;
    const Matrix<const T> weight = parameters.value(description.weight);
    T* kept = references_.weights.data() + fed.first_weight;
    for (Index i = 0; i < weight.columns; ++i) {
      for (Index u = 0; u < weight.rows; ++u) {
        T& old = kept[u + i * weight.rows];
        old = alive[u] != 0 ? weight(u, i) : old;
      }
    }
    if (!description.bias.valid()) continue;
    const Matrix<const T> bias = parameters.value(description.bias);
    T* kept_bias = references_.biases.data() + fed.first_unit;
    for (Index u = 0; u < bias.rows; ++u) {
      if (alive[u] != 0) kept_bias[u] = bias(u, 0);
    }
  }
  keep_means(active);
}

/// The present means, and of the older ones those that units which are dead now refer to.
template <class T>
void UnitCauses<T>::keep_means(std::span<const unsigned char> active) {
  std::vector<double> means;
  for (const Fed& fed : fed_) {
    const Index inputs = fed.description.inputs;
    std::map<std::int64_t, std::int64_t> moved;  // from where it was to where it is now
    const auto present = static_cast<std::int64_t>(means.size());
    for (Index i = 0; i < inputs; ++i) means.push_back(mean_input(fed, i));
    for (Index u = 0; u < fed.description.units; ++u) {
      std::int64_t& at = references_.mean_at[fed.first_unit + static_cast<std::size_t>(u)];
      if (active[static_cast<std::size_t>(fed.description.first + u)] != 0) {
        at = present;
      } else if (at >= 0) {
        const auto [entry, is_new] = moved.try_emplace(at, std::ssize(means));
        const auto old = references_.means.begin() + at;
        if (is_new) means.insert(means.end(), old, old + inputs);
        at = entry->second;
      }
    }
  }
  references_.means = std::move(means);
}

template <class T>
void UnitCauses<T>::restore(UnitReferences<T> references) {
  bool fits = references.weights.size() == references_.weights.size() &&
              references.biases.size() == references_.biases.size() &&
              references.mean_at.size() == references_.mean_at.size();
  for (std::size_t f = 0; fits && f < fed_.size(); ++f) {
    const auto at =
        std::span(references.mean_at)
            .subspan(fed_[f].first_unit, static_cast<std::size_t>(fed_[f].description.units));
    const auto last = std::ssize(references.means) - fed_[f].description.inputs;
    fits = std::ranges::all_of(
        at, [&](std::int64_t place) { return place == -1 || (place >= 0 && place <= last); });
  }
  if (!fits) {
    throw InputError("unit histories do not fit this net: expected references of " +
                     std::to_string(references_.biases.size()) + " units with " +
                     std::to_string(references_.weights.size()) + " weights");
  }
  references_ = std::move(references);
}

template class UnitCauses<float>;
template class UnitCauses<double>;

double middle_of_activity(const Activation& activation, double threshold) {
  constexpr int kReach = 32;
  constexpr int kSteps = 8;  // to a unit of x
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const double lowest_slope = threshold * activation.max_slope();
  double low = kInfinity;
  double high = -kInfinity;
  for (int i = -kReach * kSteps; i <= kReach * kSteps; ++i) {
    const double x = static_cast<double>(i) / kSteps;
    if (std::abs(activation.slope(x)) < lowest_slope) continue;
    low = std::min(low, x);
    high = std::max(high, x);
  }
  if (low > high || (low == -kReach && high == kReach)) return 0;
  if (high == kReach) return kInfinity;
  if (low == -kReach) return -kInfinity;
  return (low + high) / 2;
}

std::optional<UnitCause> name_cause(const UnitChange& change, double middle,
                                    std::optional<double> learning_rate_ratio) {
  constexpr double kSpike = 3;
  if (learning_rate_ratio && *learning_rate_ratio >= kSpike) return UnitCause::learning_rate_spike;
  const double side = change.pre_activation < middle ? -1 : 1;
  std::optional<UnitCause> cause;
  double most = 0;
  for (const auto& [push, name] : {std::pair{side * change.bias, UnitCause::bias_drift},
                                   std::pair{side * change.weight, UnitCause::weight_growth},
                                   std::pair{side * change.input, UnitCause::input_shift}}) {
    if (!(push > most)) continue;  // NaN does not count
    most = push;
    cause = name;
  }
  return cause;
}

}  // namespace clino
