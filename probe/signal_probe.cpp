#include "probe/signal_probe.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/kernels/reduce.hpp"
#include "probe/layer_probe.hpp"
#include "probe/singular_values.hpp"

namespace clino {

namespace {

template <class T>
double root_mean_square(Matrix<const T> output) {
  return norm(output.elements()) / std::sqrt(static_cast<double>(output.size()));
}

/// Of the samples' own mean squares about that of all, which is `root` squared.
template <class T>
double mean_square_deviation(Matrix<const T> output, double root) {
  if (root == 0) return 0;
  double sum = 0;
  for (Index j = 0; j < output.columns; ++j) {
    const double ratio = norm(output.column(j)) / root;
    const double off = ratio * ratio / static_cast<double>(output.rows) - 1;
    sum += off * off;
  }
  return root * std::sqrt(sum / static_cast<double>(output.columns)) * root;
}

struct Cosines {
  std::optional<double> mean = {}, deviation = {};
};

/// Over all pairs of columns u_i = h_i / |h_i|, those of norm 0 left out. The mean comes from
/// sum over i != j of u_i u_j = |sum u_i|^2 - m: no pair is looked at by itself.
template <class T>
Cosines cosines(Matrix<const T> output) {
  std::vector<Index> kept;
  std::vector<double> lengths;
  for (Index j = 0; j < output.columns; ++j) {
    const double length = norm(output.column(j));
    if (length == 0) continue;
    kept.push_back(j);
    lengths.push_back(length);
  }
  const std::size_t m = kept.size();
  if (m < 2) return {};
  std::vector<double> sum, products(m * m), units(m);
  for (Index row = 0; row < output.rows; ++row) {
    for (std::size_t i = 0; i < m; ++i) {
      units[i] = static_cast<double>(output(row, kept[i])) / lengths[i];
    }
    sum.push_back(std::accumulate(units.begin(), units.end(), 0.0));
    for (std::size_t i = 0; i < m; ++i) {
      for (std::size_t j = 0; j < i; ++j) products[i * m + j] += units[i] * units[j];
    }
  }
  const auto count = static_cast<double>(m);
  const double square = kernels::squared_norm(std::span<const double>(sum));
  const double mean = (square - count) / (count * (count - 1));
  if (std::isnan(mean)) return {mean, mean};
  double off = 0;
  for (std::size_t i = 0; i < m; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      off += (products[i * m + j] - mean) * (products[i * m + j] - mean);
    }
  }
  return {std::clamp(mean, -1.0, 1.0), std::sqrt(2 * off / (count * (count - 1)))};
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
    const double root = root_mean_square(output);
    const Cosines all = cosines(output);
    records_[i] = {.layer = static_cast<Index>(i),
                   .mean_square = root * root,
                   .cosine_similarity = all.mean,
                   .mean_square_deviation = mean_square_deviation(output, root),
                   .cosine_deviation = all.deviation,
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

std::size_t signal_bytes(const Model& model, Index samples) {
  Index widest = 0;
  for (const Layer& layer : model.layers) widest = std::max(widest, layer.outputs);
  return 2 * sizeof(double) * static_cast<std::size_t>(widest * samples);  // the outputs and a copy
}

template class SignalProbe<float>;
template class SignalProbe<double>;

}  // namespace clino
