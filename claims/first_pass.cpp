#include "claims/first_pass.hpp"

#include <cmath>

#include "claims/net.hpp"
#include "train/batch.hpp"

namespace clino::claims {

namespace {

TapeOptions seen_everywhere(const Model& model) {
  TapeOptions options{.max_batch = 1, .mode = TapeMode::train};
  options.gradient_of.reserve(model.layers.size());
  for (const Layer& layer : model.layers) options.gradient_of.push_back(layer.output);
  return options;
}

template <class T>
void normalize(Matrix<T> x) {
  double square_sum = 0;
  for (const T value : x.elements())
    square_sum += static_cast<double>(value) * static_cast<double>(value);
  const double root = std::sqrt(square_sum / static_cast<double>(x.size()));
  for (T& value : x.elements()) value = static_cast<T>(static_cast<double>(value) / root);
}

}  // namespace

template <class T>
FirstPass<T>::FirstPass(const Config& config, const Setting& setting)
    : experiment(claims::make_experiment<T>(config, setting)),
      tape(experiment.model.graph, experiment.parameters, seen_everywhere(experiment.model)) {
  const Model& model = experiment.model;
  const Index sample = 0;
  const double normalizer = fill_batch(tape, model, experiment.data.train, std::span(&sample, 1),
                                       experiment.class_weights);
  normalize(tape.input(model.input));
  tape.forward({.seed = config.seed, .normalizer = normalizer});
  tape.backward(model.loss);
}

template struct FirstPass<float>;
template struct FirstPass<double>;

}  // namespace clino::claims
