#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "core/random.hpp"
#include "core/tape.hpp"
#include "layers/model.hpp"

/// \file
/// A net at its initialisation, measured with nothing but its tape.

namespace clino::test {

/// One figure for each layer of the model.
struct Measured {
  std::vector<double> mean_square;
  std::vector<double> delta_square;  ///< sum of squares over units and samples
  std::vector<double> cosine;        ///< mean over all pairs of samples
};

template <class T>
double square_sum(Matrix<const T> matrix) {
  double sum = 0;
  for (const T x : matrix.elements()) sum += static_cast<double>(x) * static_cast<double>(x);
  return sum;
}

template <class T>
double mean_cosine(Matrix<const T> h) {
  double sum = 0;
  for (Index i = 0; i < h.columns; ++i) {
    for (Index j = 0; j < i; ++j) {
      double dot = 0;
      for (Index k = 0; k < h.rows; ++k) dot += static_cast<double>(h(k, i)) * h(k, j);
      const Matrix<const T> left{&h(0, i), h.rows, 1}, right{&h(0, j), h.rows, 1};
      sum += dot / std::sqrt(square_sum(left) * square_sum(right));
    }
  }
  return 2 * sum / static_cast<double>(h.columns * (h.columns - 1));
}

/// Runs the net forward and backward on `inputs` [inputs, samples].
template <class T>
Measured measure(const Model& model, Parameters<T>& parameters, Matrix<const T> inputs,
                 bool pairs = false) {
  // For probes: the gradients of the weights, most of the work, are not wanted.
  TapeOptions options{.max_batch = inputs.columns, .mode = TapeMode::probe};
  for (const Layer& layer : model.layers) options.gradient_of.push_back(layer.output);
  Tape<T> tape(model.graph, parameters, options);
  const Matrix<T> x = tape.input(model.input);
  std::copy(inputs.elements().begin(), inputs.elements().end(), x.elements().begin());
  // Targets far from all outputs: the gradient of the loss is then independent of the net, as the
  // theory takes it to be. (Of outputs that are near, it would be mostly the outputs themselves.)
  constexpr double kFar = 1000;
  Random random(7, stream_id("targets"));
  for (T& y : tape.input(model.target).elements()) y = static_cast<T>(kFar * random.normal());
  tape.forward({.normalizer = static_cast<double>(inputs.columns)});
  tape.backward(model.loss);
  Measured measured;
  for (const Layer& layer : model.layers) {
    const Matrix<const T> output = tape.value(layer.output);
    measured.mean_square.push_back(square_sum(output) / static_cast<double>(output.size()));
    measured.delta_square.push_back(square_sum<T>(tape.gradient(layer.output)));
    if (pairs) measured.cosine.push_back(mean_cosine(output));
  }
  return measured;
}

/// Normal numbers, scaled so that each column has the given mean square.
template <class T>
std::vector<T> normal_inputs(Index rows, Index columns, double mean_square, std::uint64_t seed) {
  Random random(seed, stream_id("inputs"));
  std::vector<T> numbers(static_cast<std::size_t>(rows * columns));
  for (T& x : numbers) x = static_cast<T>(random.normal());
  for (Index j = 0; j < columns; ++j) {
    const Matrix<T> column{numbers.data() + j * rows, rows, 1};
    const double found =
        square_sum(Matrix<const T>{column.data, rows, 1}) / static_cast<double>(rows);
    for (T& x : column.elements()) x = static_cast<T>(x * std::sqrt(mean_square / found));
  }
  return numbers;
}

}  // namespace clino::test
