// Nanoseconds per element of every activation of the list, with its defaults: the library's vector
// code on a tape, and the plain formula with libm, one number at a time. An item is an element.

#include <benchmark/benchmark.h>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "core/kernels/flush_to_zero.hpp"
#include "core/random.hpp"
#include "core/tape.hpp"
#include "layers/activations/list.hpp"
#include "probe/plain_activation.hpp"

namespace clino {
namespace {

constexpr Index kWidth = 64, kElements = kWidth * kWidth;

/// Draws from (-2, 2).
template <class T>
std::vector<T> uniform() {
  std::vector<T> values(static_cast<std::size_t>(kElements));
  fill_uniform<T>(1, stream_id("bench"), 0, 0, values);
  for (T& value : values) value = 4 * value - 2;
  return values;
}

template <class T>
void on_tape(benchmark::State& state, const std::string& name, bool backward) {
  const kernels::FlushToZero flush(true);
  Graph graph;
  const Var x = graph.input("x", kWidth);
  const RecordedActivation recorded = make_activation({.type = name})->record(graph, x, "y");
  Parameters<T> parameters(graph);
  std::ranges::fill(parameters.values(), static_cast<T>(recorded.initial_weight));
  Tape<T> tape(graph, parameters, {.max_batch = kWidth, .gradient_of = {x}});
  tape.set_batch(kWidth);
  const std::vector<T> values = uniform<T>();
  std::ranges::copy(values, tape.input(x).data);
  std::vector<Index> indices(kWidth);
  std::iota(indices.begin(), indices.end(), Index{0});
  const StepContext context{.mode = Mode::train, .sample_indices = indices, .normalizer = kWidth};
  tape.forward(context);
  for (auto _ : state) {
    if (backward) {
      tape.backward(recorded.output, Matrix<const T>{values.data(), kWidth, kWidth});
    } else {
      tape.forward(context);
    }
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * kElements);
}

template <class T>
void plain(benchmark::State& state, const std::string& name, bool backward) {
  const kernels::FlushToZero flush(true);
  const auto activation = plain_activation(make_activation({.type = name})->choice());
  const std::vector<T> x = uniform<T>();
  std::vector<T> y(x.size()), gradient(x.size());
  activation->forward(x, std::span<T>(y));
  for (auto _ : state) {
    if (backward) {
      activation->backward(x, std::span<const T>(y), std::span<const T>(x), std::span<T>(gradient));
    } else {
      activation->forward(x, std::span<T>(y));
    }
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * kElements);
}

/// A row for every entry of the list: what is added is measured too.
[[maybe_unused]] const bool kRegistered = [] {
  for (const CatalogueEntry& entry : activation_catalogue()) {
    const bool has_formula =
        plain_activation(make_activation({.type = entry.name})->choice()) != nullptr;
    for (const bool backward : {false, true}) {
      const std::string row = "activation/" + entry.name + (backward ? "/backward" : "/forward");
      benchmark::RegisterBenchmark(row.c_str(), on_tape<float>, entry.name, backward);
      benchmark::RegisterBenchmark((row + "/double").c_str(), on_tape<double>, entry.name,
                                   backward);
      if (!has_formula) continue;
      benchmark::RegisterBenchmark((row + "/libm").c_str(), plain<float>, entry.name, backward);
      benchmark::RegisterBenchmark((row + "/libm/double").c_str(), plain<double>, entry.name,
                                   backward);
    }
  }
  return true;
}();

}  // namespace
}  // namespace clino
