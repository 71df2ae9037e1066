// What a training step costs, and what it costs to look at it.

#include <benchmark/benchmark.h>
#include <filesystem>
#include <numeric>
#include <string>
#include <type_traits>
#include <unistd.h>
#include <vector>

#include "core/kernels/flush_to_zero.hpp"
#include "probe/histogram_probe.hpp"
#include "probe/signal_probe.hpp"
#include "train/log_writer.hpp"
#include "train/session.hpp"

namespace clino {
namespace {

namespace fs = std::filesystem;

/// 2-16-16-1 tanh, batches of 32: a step of a few microseconds.
constexpr const char* kSmall = R"({
  "data": {"source": "two_spirals", "samples": 1000, "validation_fraction": 0},
  "model": {"hidden": [16, 16], "activation": "tanh", "init": "standard"},
  "loss": "binary_cross_entropy",
  "optimizer": {"type": "sgd", "learning_rate": 0.05, "momentum": 0.9},
  "training": {"batch_size": 32}
})";

/// 784-128-64-10 ReLU, batches of 64: the shape of Fashion-MNIST, on clouds of points.
constexpr const char* kImages = R"({
  "data": {"source": "blobs", "features": 784, "classes": 10, "samples": 6400, "noise": 20,
           "validation_fraction": 0},
  "model": {"hidden": [128, 64], "activation": "relu", "init": "standard"},
  "loss": "softmax_cross_entropy",
  "optimizer": {"type": "sgd", "learning_rate": 0.01, "momentum": 0.9},
  "training": {"batch_size": 64}
})";

/// 784-[64]x20-10, batches of 64, with any activation.
std::string deep(const std::string& activation) {
  std::string widths = "64";
  for (int layer = 1; layer < 20; ++layer) widths += ", 64";
  return R"({
  "data": {"source": "blobs", "features": 784, "classes": 10, "samples": 6400, "noise": 20,
           "validation_fraction": 0},
  "model": {"hidden": [)" +
         widths + R"(], "activation": ")" + activation + R"("},
  "loss": "softmax_cross_entropy",
  "optimizer": {"type": "sgd", "learning_rate": 0.001, "momentum": 0.9},
  "training": {"batch_size": 64}
})";
}

/// Logs that are written to a folder of their own, which goes in the end.
class Logs {
 public:
  explicit Logs(const Model& model) : writer_(make_folder(), model, {}) {}
  Logs(const Logs&) = delete;
  Logs& operator=(const Logs&) = delete;
  ~Logs() { fs::remove_all(folder()); }
  LogWriter& writer() { return writer_; }

 private:
  static fs::path folder() {
    return fs::temp_directory_path() / ("clino-bench-" + std::to_string(::getpid()));
  }
  static fs::path make_folder() {
    fs::create_directories(folder());
    return folder();
  }

  LogWriter writer_;
};

/// One step of training, every `log_every`th with its records (0: none).
void step(benchmark::State& state, const std::string& text, int log_every) {
  const Config config = parse_config(
      text, "bench", ".", {"log.every=" + (log_every > 0 ? std::to_string(log_every) : "null")});
  const kernels::FlushToZero flush(config.flush_to_zero);
  Experiment<float> experiment = make_experiment<float>(config);
  Session<float> session(config, experiment);
  Logs logs(session.model());
  for (auto _ : state) {
    const std::string failure = session.step(&logs.writer());
    if (!failure.empty()) return state.SkipWithError(failure.c_str());
    if (session.epoch_ended()) session.end_epoch(&logs.writer());
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(session.state().samples));
}

BENCHMARK_CAPTURE(step, small, kSmall, 0);
BENCHMARK_CAPTURE(step, small_log_10th, kSmall, 10);
BENCHMARK_CAPTURE(step, small_log_all, kSmall, 1);
BENCHMARK_CAPTURE(step, images, kImages, 0);
BENCHMARK_CAPTURE(step, images_log_10th, kImages, 10);
BENCHMARK_CAPTURE(step, images_log_all, kImages, 1);
BENCHMARK_CAPTURE(step, deep_relu, deep("relu"), 0);
BENCHMARK_CAPTURE(step, deep_relu_log_all, deep("relu"), 1);
BENCHMARK_CAPTURE(step, deep_tanh, deep("tanh"), 0);
BENCHMARK_CAPTURE(step, deep_tanh_log_all, deep("tanh"), 1);
BENCHMARK_CAPTURE(step, deep_sigmoid, deep("sigmoid"), 0);
BENCHMARK_CAPTURE(step, deep_sigmoid_log_all, deep("sigmoid"), 1);

/// A net after the backward pass of one batch: what a probe looks at.
struct Replayed {
  explicit Replayed(const Config& config)
      : experiment(make_experiment<float>(config)),
        tape(experiment.model.graph, experiment.parameters,
             {.max_batch = config.training.batch_size}) {
    std::vector<Index> indices(static_cast<std::size_t>(config.training.batch_size));
    std::iota(indices.begin(), indices.end(), Index{0});
    tape.set_batch(config.training.batch_size);
    const Model& model = experiment.model;
    experiment.data.train.fill(indices, tape.input(model.input), tape.input(model.target), {});
    const StepContext context{.mode = Mode::train,
                              .sample_indices = indices,
                              .normalizer = static_cast<double>(indices.size())};
    tape.forward(context);
    tape.backward(model.loss);
  }

  Experiment<float> experiment;
  Tape<float> tape;
};

/// All layers' records of one step, looked at and written or one of the two. An item is one record.
void record(benchmark::State& state, const std::string& text, bool observe, bool write) {
  const kernels::FlushToZero flush(true);
  const Replayed net(parse_config(text, "bench", "."));
  const Model& model = net.experiment.model;
  LayerProbe<float> probe(model, net.experiment.parameters);
  probe.observe(net.tape, net.experiment.parameters);
  Logs logs(model);
  StepRecord step{.loss = 1.0 / 3, .learning_rate = 0.05, .grad_norm = 1.0 / 7};
  for (auto _ : state) {
    if (observe) probe.observe(net.tape, net.experiment.parameters);
    if (write) logs.writer().write_step(step, probe.records());
    ++step.step;
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(model.layers.size()));
}

BENCHMARK_CAPTURE(record, small_observe, kSmall, true, false);
BENCHMARK_CAPTURE(record, small_write, kSmall, false, true);
BENCHMARK_CAPTURE(record, small_both, kSmall, true, true);
BENCHMARK_CAPTURE(record, images_observe, kImages, true, false);
BENCHMARK_CAPTURE(record, images_both, kImages, true, true);
BENCHMARK_CAPTURE(record, deep_relu_observe, deep("relu"), true, false);
BENCHMARK_CAPTURE(record, deep_tanh_observe, deep("tanh"), true, false);
BENCHMARK_CAPTURE(record, deep_sigmoid_observe, deep("sigmoid"), true, false);
BENCHMARK_CAPTURE(record, deep_sigmoid_both, deep("sigmoid"), true, true);

/// One record of histograms, or of the signal, of all layers; `cost` is what is said of it
/// beforehand in training steps of the nominal 6 operations for each weight and sample.
template <class Probe>
void look(benchmark::State& state, const std::string& text) {
  const kernels::FlushToZero flush(true);
  const Replayed net(parse_config(text, "bench", "."));
  const Model& model = net.experiment.model;
  constexpr bool kSignal = std::is_same_v<Probe, SignalProbe<float>>;
  Probe probe(model);
  for (auto _ : state) {
    if constexpr (kSignal) {
      probe.observe(net.tape);
    } else {
      probe.observe(net.tape, net.experiment.parameters);
    }
    benchmark::ClobberMemory();
  }
  const Index samples = net.tape.batch();
  const double step = 6.0 * static_cast<double>(net.experiment.parameters.values().size() *
                                                static_cast<std::size_t>(samples));
  const double cost = kSignal ? signal_cost(model, samples) : histogram_cost(model, samples);
  state.counters["cost"] = cost / step;
}

void histograms(benchmark::State& state, const std::string& text) {
  look<HistogramProbe<float>>(state, text);
}
void signal(benchmark::State& state, const std::string& text) {
  look<SignalProbe<float>>(state, text);
}

BENCHMARK_CAPTURE(histograms, small, kSmall);
BENCHMARK_CAPTURE(histograms, images, kImages);
BENCHMARK_CAPTURE(histograms, deep_tanh, deep("tanh"));
BENCHMARK_CAPTURE(signal, small, kSmall);
BENCHMARK_CAPTURE(signal, images, kImages);
BENCHMARK_CAPTURE(signal, deep_tanh, deep("tanh"));

}  // namespace
}  // namespace clino
