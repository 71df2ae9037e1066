#include "claims/units.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "core/tape.hpp"
#include "probe/unit_search.hpp"
#include "train/batch.hpp"

namespace clino::claims {

namespace {

constexpr Index kBatch = 256;
constexpr double kThreshold = 1e-3;  ///< as configs have it

const Layer& first_dense(const Model& model) { return model.layers.front(); }

}  // namespace

std::vector<std::size_t> activation_layers(const Model& model) {
  std::vector<std::size_t> numbers;
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    const Layer& layer = model.layers[i];
    if (layer.activation != nullptr && layer.activation->elementwise()) numbers.push_back(i);
  }
  return numbers;
}

template <class T>
std::vector<double> largest_inputs(Experiment<T>& experiment) {
  const Model& model = experiment.model;
  const Layer& dense = first_dense(model);
  const Dataset<T>& train = experiment.data.train;
  Tape<T> tape(model.graph, experiment.parameters,
               {.max_batch = kBatch, .mode = TapeMode::evaluate});
  std::vector<double> largest(static_cast<std::size_t>(dense.outputs),
                              -std::numeric_limits<double>::infinity());
  for (Index first = 0; first < train.size(); first += kBatch) {
    std::vector<Index> samples(static_cast<std::size_t>(std::min(kBatch, train.size() - first)));
    std::iota(samples.begin(), samples.end(), first);
    fill_batch(tape, model, train, samples, experiment.class_weights);
    tape.forward({.mode = Mode::evaluate}, dense.output);
    const Matrix<const T> z = tape.value(dense.output);
    for (Index j = 0; j < z.columns; ++j) {
      for (std::size_t unit = 0; unit < largest.size(); ++unit) {
        largest[unit] = std::max(largest[unit], static_cast<double>(z.column(j)[unit]));
      }
    }
  }
  return largest;
}

template <class T>
void push_below(Experiment<T>& experiment, Index units, double margin) {
  const std::vector<double> largest = largest_inputs(experiment);
  const Matrix<T> bias = experiment.parameters.value(first_dense(experiment.model).bias);
  for (Index unit = 0; unit < units; ++unit) {
    bias(unit, 0) -= static_cast<T>(largest[static_cast<std::size_t>(unit)] + margin);
  }
}

template <class T>
std::vector<unsigned char> find_active(Experiment<T>& experiment) {
  const Model& model = experiment.model;
  Tape<T> tape(model.graph, experiment.parameters,
               {.max_batch = kBatch, .mode = TapeMode::evaluate});
  const std::function<void(std::span<const Index>)> fill = [&](std::span<const Index> samples) {
    fill_batch(tape, model, experiment.data.train, samples, experiment.class_weights);
  };
  const ScanNet<T> net{.tape = tape,
                       .parameters = experiment.parameters,
                       .fill = fill,
                       .samples = experiment.data.train.size()};
  UnitSearch<T> search(unit_layers(model), kThreshold);
  search.begin();
  std::vector<std::int64_t> witnesses(search.active().size(), -1);
  search.try_all(net, 0, witnesses, std::numeric_limits<std::uint64_t>::max());
  return {search.active().begin(), search.active().end()};
}

template <class T>
double dead_share(Experiment<T>& experiment) {
  const std::vector<unsigned char> active = find_active(experiment);
  return static_cast<double>(std::ranges::count(active, 0)) / static_cast<double>(active.size());
}

#define CLINO_INSTANTIATE(T)                                       \
  template std::vector<double> largest_inputs(Experiment<T>&);     \
  template void push_below(Experiment<T>&, Index, double);         \
  template std::vector<unsigned char> find_active(Experiment<T>&); \
  template double dead_share(Experiment<T>&);
CLINO_INSTANTIATE(float)
CLINO_INSTANTIATE(double)
#undef CLINO_INSTANTIATE

}  // namespace clino::claims
