// What steps are made of: gathering a batch, matrix products, optimisers. Activations:
// activation_benchmark.cpp.

#include <benchmark/benchmark.h>
#include <numeric>
#include <string>
#include <vector>

#include "core/kernels/flush_to_zero.hpp"
#include "core/kernels/gemm.hpp"
#include "core/random.hpp"
#include "data/dataset.hpp"
#include "optim/optimizer.hpp"

namespace clino {
namespace {

/// Draws from (-2, 2).
std::vector<float> uniform(Index count) {
  std::vector<float> values(static_cast<std::size_t>(count));
  fill_uniform<float>(1, stream_id("bench"), 0, 0, values);
  for (float& value : values) value = 4 * value - 2;
  return values;
}

/// The three products of a dense layer: forward w x, gradients of the weights and of the input.
enum class Product { forward, weights, input };

/// A layer [outputs, inputs] with a batch. FLOP/s counts 2 x outputs x inputs x batch.
void product(benchmark::State& state, Product which) {
  const Index outputs = state.range(0);
  const Index inputs = state.range(1);
  const Index batch = state.range(2);
  std::vector<float> w = uniform(outputs * inputs);
  std::vector<float> x = uniform(inputs * batch);
  std::vector<float> y = uniform(outputs * batch);
  std::vector<float> bias = uniform(outputs);
  std::vector<float> scratch(static_cast<std::size_t>(kernels::scratch_size(outputs, inputs)));
  const Matrix<float> weight{w.data(), outputs, inputs};
  const Matrix<float> input{x.data(), inputs, batch};
  const Matrix<float> output{y.data(), outputs, batch};
  using kernels::plain;
  using kernels::transposed;
  for (auto _ : state) {
    switch (which) {
      case Product::forward:
        kernels::multiply_add_bias<float>(weight, input, Matrix<float>{bias.data(), outputs, 1},
                                          output, scratch);
        break;
      case Product::weights:
        kernels::multiply<float>(plain<float>(output), transposed<float>(input), weight, false,
                                 scratch);
        break;
      case Product::input:
        kernels::multiply<float>(transposed<float>(weight), plain<float>(output), input, false,
                                 scratch);
        break;
    }
    benchmark::ClobberMemory();
  }
  state.counters["FLOP/s"] = benchmark::Counter(static_cast<double>(2 * outputs * inputs * batch),
                                                benchmark::Counter::kIsIterationInvariantRate);
}

/// Outputs, inputs, batch: the layers of 784-128-64-10, of a deep narrow net and of 2-16-16-1.
void shapes(benchmark::internal::Benchmark* benchmark) {
  for (const auto& shape : {std::vector<std::int64_t>{128, 784, 64},
                            {64, 128, 64},
                            {10, 64, 64},
                            {64, 64, 64},
                            {16, 2, 32},
                            {16, 16, 32},
                            {1, 16, 32},
                            {1024, 1024, 256},
                            {2048, 2048, 256}}) {
    benchmark->Args(shape);
  }
}

BENCHMARK_CAPTURE(product, forward, Product::forward)->Apply(shapes);
BENCHMARK_CAPTURE(product, weights, Product::weights)->Apply(shapes);
BENCHMARK_CAPTURE(product, input, Product::input)->Apply(shapes);

/// Samples as training has them: as many as no cache holds, in a drawn order.
Dataset<float> samples(Index features, bool images) {
  constexpr Index kCount = 60000;
  const auto width = static_cast<std::size_t>(features);
  Samples<float> storage{.features = features, .outputs = 1};
  storage.targets = std::vector<float>(kCount, 1);
  if (images) {
    storage.bytes.resize(width * kCount);
    std::iota(storage.bytes.begin(), storage.bytes.end(), std::uint8_t{0});
    storage.byte_means = std::vector<float>(width, 70);
    storage.byte_factors = std::vector<float>(width, 0.01F);
  } else {
    storage.inputs = uniform(features * kCount);
  }
  return Dataset<float>(std::move(storage));
}

/// Gathers batch after batch of an epoch. An item is a sample.
void gather(benchmark::State& state, bool images) {
  const Index features = state.range(0);
  const Index batch = state.range(1);
  const Dataset<float> data = samples(features, images);
  std::vector<Index> order(static_cast<std::size_t>(data.size()));
  std::iota(order.begin(), order.end(), Index{0});
  Random(1, stream_id("bench")).shuffle(order);
  std::vector<float> x(static_cast<std::size_t>(features * batch));
  std::vector<float> y(static_cast<std::size_t>(batch));
  std::size_t first = 0;
  for (auto _ : state) {
    if (first + 2 * y.size() > order.size()) first = 0;
    const auto wanted = std::span(order).subspan(first, 2 * y.size());
    data.fill(wanted.first(y.size()), {x.data(), features, batch}, {y.data(), 1, batch}, {},
              wanted.last(y.size()));
    first += y.size();
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * batch);
}

BENCHMARK_CAPTURE(gather, bytes, true)->Args({784, 64});
BENCHMARK_CAPTURE(gather, floats, false)->Args({784, 64})->Args({64, 64})->Args({2, 32});

/// A step over 100000 parameters. An item is a parameter.
void optimizer(benchmark::State& state, const std::string& name, double momentum) {
  constexpr Index kCount = 100000;
  const kernels::FlushToZero flush(true);
  Choice choice{.type = name};
  if (momentum > 0) choice.options["momentum"] = momentum;
  const auto method = make_optimizer<float>(choice, kCount);
  std::vector<float> parameters = uniform(kCount);
  const std::vector<float> gradients = uniform(kCount);
  std::uint64_t step = 0;
  for (auto _ : state) {
    method->update({.learning_rate = 1e-6, .step = step++}, parameters, gradients, {}, {});
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * kCount);
}

/// A row for every entry of a catalogue: what is added to the library is measured too.
[[maybe_unused]] const bool kRegistered = [] {
  for (const CatalogueEntry& entry : optimizer_catalogue()) {
    benchmark::RegisterBenchmark(("optimizer/" + entry.name).c_str(), optimizer, entry.name, 0.0);
  }
  benchmark::RegisterBenchmark("optimizer/sgd_momentum", optimizer, "sgd", 0.9);
  return true;
}();

}  // namespace
}  // namespace clino
