#include "probe/signal_probe.hpp"

#include <algorithm>
#include <cmath>

#include "core/kernels/reduce.hpp"
#include "probe/layer_probe.hpp"
#include "probe/singular_values.hpp"

namespace clino {

namespace {

template <class T>
double mean_square(Matrix<const T> output) {
  const double root = norm(output.elements()) / std::sqrt(static_cast<double>(output.size()));
  return root * root;
}

/// sum over i != j of u_i u_j = |sum u_i|^2 - m for m unit vectors u_i = h_i / |h_i|: no pair is
/// looked at by itself.
template <class T>
std::optional<double> cosine_similarity(Matrix<const T> output) {
  std::vector<double> sum(static_cast<std::size_t>(output.rows));
  double m = 0;
  for (Index j = 0; j < output.columns; ++j) {
    const auto sample = output.column(j);
    const double length = norm(sample);
    if (length == 0) continue;
    ++m;
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += static_cast<double>(sample[i]) / length;
  }
  if (m < 2) return std::nullopt;
  const double square = kernels::squared_norm(std::span<const double>(sum));
  const double cosine = (square - m) / (m * (m - 1));
  return std::isnan(cosine) ? cosine : std::clamp(cosine, -1.0, 1.0);
}

}  // namespace

template <class T>
SignalProbe<T>::SignalProbe(const Model& model)
    : layers_(model.layers), records_(model.layers.size()) {}

template <class T>
void SignalProbe<T>::observe(const Tape<T>& tape) {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const Matrix<const T> output = tape.value(layers_[i].output);
    const std::vector<double> wide(output.elements().begin(), output.elements().end());
    records_[i] = {.layer = static_cast<Index>(i),
                   .mean_square = mean_square(output),
                   .cosine_similarity = cosine_similarity(output),
                   .effective_rank =
                       effective_rank(singular_values({wide.data(), output.rows, output.columns})),
                   .samples = output.columns};
  }
}

double signal_cost(const Model& model, Index samples) {
  constexpr double kPasses =
      110;  // over the output: an element costs as much as so many operations
  double cost = 0;
  for (const Layer& layer : model.layers) {
    cost += singular_values_cost(layer.outputs, samples);
    cost += kPasses * static_cast<double>(layer.outputs * samples);
  }
  return cost;
}

template class SignalProbe<float>;
template class SignalProbe<double>;

}  // namespace clino
