#include "claims/signals.hpp"

#include <cmath>

#include "claims/first_pass.hpp"
#include "claims/jackknife.hpp"
#include "claims/net.hpp"
#include "claims/parallel.hpp"
#include "core/errors.hpp"
#include "layers/initializers.hpp"
#include "train/batch.hpp"

namespace clino::claims {

namespace {

template <class T>
double square_sum(Matrix<const T> matrix) {
  double sum = 0;
  for (const T x : matrix.elements()) sum += static_cast<double>(x) * static_cast<double>(x);
  return sum;
}

template <class T>
Signal measure(const Config& config, const Setting& setting) {
  const FirstPass<T> pass(config, setting);
  const Tape<T>& tape = pass.tape;
  Signal signal;
  for (const Layer& layer : pass.experiment.model.layers) {
    if (layer.type != "dense") continue;
    signal.lengths.push_back(square_sum(tape.value(layer.output)) /
                             static_cast<double>(layer.outputs));
    signal.deltas.push_back(square_sum(tape.gradient(layer.output)));
    signal.weight_gradients.push_back(
        square_sum(pass.experiment.parameters.gradient(layer.weight)));
  }
  return signal;
}

/// Least squares through (0, y_0), (1, y_1), ...
double slope_of(std::span<const double> y) {
  const auto n = static_cast<double>(y.size());
  double covariance = 0, variance = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double x = static_cast<double>(i) - (n - 1) / 2;
    covariance += x * y[i];
    variance += x * x;
  }
  return covariance / variance;
}

/// The slope without one of the seeds, or with all for an index beyond them.
double slope_without(std::span<const std::vector<double>> squares, std::size_t left_out,
                     std::size_t layers) {
  std::vector<double> logs(layers);
  for (std::size_t layer = 0; layer < layers; ++layer) {
    double sum = 0;
    for (std::size_t seed = 0; seed < squares.size(); ++seed) {
      if (seed != left_out) sum += squares[seed][layer];
    }
    logs[layer] = std::log(sum);
  }
  return slope_of(logs);
}

}  // namespace

std::vector<Signal> measure_signals(const Config& config, const Setting& setting,
                                    std::size_t seeds) {
  return for_each_index(setting, seeds, [&](std::size_t i) {
    Config own = config;
    own.seed = seed_of(setting, i);
    return with_dtype(setting, [&](auto zero) { return measure<decltype(zero)>(own, setting); });
  });
}

PredictedSignal predict_signal(const Config& config, const Setting& setting) {
  Setting theory = setting;
  theory.parts = {};
  theory.parts.activation = setting.parts.theory_activation;
  const Experiment<double> experiment = claims::make_experiment<double>(config, theory);
  const Model& model = experiment.model;
  const Layer& first = model.layers.front();
  const DenseSpread spread =
      dense_spread(first.init.value_or(config.model.init), 1, first.outputs, first.inputs);
  const theory::Prediction prediction = theory::predict(
      model, {.mean_square = spread.weight_variance * static_cast<double>(first.inputs) +
                             spread.bias_variance});
  if (!prediction.reason.empty()) throw UsageError("no prediction: " + prediction.reason);
  PredictedSignal predicted;
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    if (model.layers[i].type != "dense") continue;
    predicted.lengths.push_back(prediction.layers[i].mean_square);
    predicted.deltas.push_back(prediction.layers[i].delta_ratio);
  }
  return predicted;
}

LogSlope log_slope(std::span<const std::vector<double>> squares, double least) {
  const std::size_t seeds = squares.size();
  std::size_t layers = 0;
  for (; layers < squares.front().size(); ++layers) {
    double sum = 0;
    for (const std::vector<double>& each : squares) sum += each[layers];
    if (sum / static_cast<double>(seeds) < least) break;
  }
  const Estimate estimate = jackknife(
      seeds, [&](std::size_t left_out) { return slope_without(squares, left_out, layers); });
  return {.slope = estimate.value, .interval = estimate.interval};
}

double log_slope(std::span<const double> squares) {
  std::vector<double> logs;
  logs.reserve(squares.size());
  for (const double square : squares) logs.push_back(std::log(square));
  return slope_of(logs);
}

std::vector<std::vector<double>> series(std::span<const Signal> signals,
                                        std::vector<double> Signal::*member) {
  std::vector<std::vector<double>> all;
  all.reserve(signals.size());
  for (const Signal& signal : signals) all.push_back(signal.*member);
  return all;
}

std::vector<double> root_means(std::span<const std::vector<double>> squares) {
  std::vector<double> means(squares.front().size());
  for (const std::vector<double>& each : squares) {
    for (std::size_t layer = 0; layer < means.size(); ++layer) means[layer] += each[layer];
  }
  const double last = means.back();
  for (double& mean : means) mean = std::sqrt(mean / last);
  return means;
}

}  // namespace clino::claims
