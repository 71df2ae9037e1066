#include "probe/activation_cost.hpp"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <functional>
#include <numeric>
#include <string>

#include "core/errors.hpp"
#include "core/kernels/flush_to_zero.hpp"
#include "core/random.hpp"
#include "core/tape.hpp"
#include "layers/activations/list.hpp"
#include "probe/plain_activation.hpp"

namespace clino {

namespace {

constexpr Index kCostBatch = 64;

/// Of this thread alone: what else the machine does is not counted.
double processor_seconds() {
  std::timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Draws from (-2, 2).
template <class T>
std::vector<T> uniform(Index count, std::string_view stream) {
  std::vector<T> values(static_cast<std::size_t>(count));
  fill_uniform<T>(1, stream_id(stream), 0, 0, values);
  for (T& value : values) value = 4 * value - 2;
  return values;
}

/// The library's operation on a tape of its own.
template <class T>
class OnTape {
 public:
  OnTape(const Activation& activation, Index elements, std::span<const T> x,
         std::span<const T> upstream)
      : upstream_{upstream.data(), elements / kCostBatch, kCostBatch},
        x_(graph_.input("x", elements / kCostBatch)),
        recorded_(activation.record(graph_, x_, "y")),
        y_(recorded_.output),
        parameters_(graph_),
        tape_(graph_, parameters_, {.max_batch = kCostBatch, .gradient_of = {x_}}),
        indices_(kCostBatch) {
    std::ranges::fill(parameters_.values(), static_cast<T>(recorded_.initial_weight));
    tape_.set_batch(kCostBatch);
    std::ranges::copy(x, tape_.input(x_).data);
    std::iota(indices_.begin(), indices_.end(), Index{0});
    context_ = {.mode = Mode::train, .sample_indices = indices_, .normalizer = kCostBatch};
  }

  void forward() { tape_.forward(context_); }
  void backward() { tape_.backward(y_, upstream_); }
  double checksum() const { return sum(tape_.value(y_)) + sum(tape_.gradient(x_)); }

 private:
  static double sum(Matrix<const T> values) {
    return std::accumulate(values.data, values.data + values.size(), 0.0);
  }

  Matrix<const T> upstream_;
  Graph graph_;
  Var x_;
  RecordedActivation recorded_;
  Var y_;
  Parameters<T> parameters_;
  Tape<T> tape_;
  std::vector<Index> indices_;
  StepContext context_;
};

/// The plain formula on blocks of its own.
template <class T>
class OnBlocks {
 public:
  OnBlocks(std::unique_ptr<const PlainActivation> activation, std::span<const T> x,
           std::span<const T> upstream)
      : activation_(std::move(activation)),
        x_(x),
        upstream_(upstream),
        y_(x.size()),
        gradient_(x.size()) {}

  void forward() { activation_->forward(x_, std::span<T>(y_)); }
  void backward() {
    activation_->backward(x_, std::span<const T>(y_), upstream_, std::span<T>(gradient_));
  }
  double checksum() const {
    return std::accumulate(y_.begin(), y_.end(), 0.0) +
           std::accumulate(gradient_.begin(), gradient_.end(), 0.0);
  }

 private:
  std::unique_ptr<const PlainActivation> activation_;
  std::span<const T> x_, upstream_;
  std::vector<T> y_, gradient_;
};

/// A pass that is timed, and where its times go.
struct Timed {
  std::function<void()> pass;
  Times* times;
  int calls = 1;  ///< for one repetition
};

double seconds_of(const Timed& timed, int calls) {
  const double start = processor_seconds();
  for (int i = 0; i < calls; ++i) timed.pass();
  return processor_seconds() - start;
}

/// Enough calls for the clock to see, and for the time that is wanted.
void calibrate(Timed& timed, double seconds) {
  constexpr int kMostCalls = 1 << 24;
  for (double taken = seconds_of(timed, 1); timed.calls < kMostCalls; timed.calls *= 2) {
    taken = seconds_of(timed, timed.calls);
    if (taken >= seconds / 2) break;
  }
}

void check_options(const CostOptions& options) {
  if (options.elements > 0 && options.elements % kCostBatch == 0 && options.repetitions > 0 &&
      options.seconds > 0) {
    return;
  }
  throw UsageError(
      "measure_costs: expected a multiple of 64 elements, and repetitions and seconds > 0; found " +
      std::to_string(options.elements) + ", " + std::to_string(options.repetitions) + " and " +
      std::to_string(options.seconds));
}

}  // namespace

template <class T>
std::vector<ActivationCost> measure_costs(
    std::span<const std::shared_ptr<const Activation>> activations, const CostOptions& options) {
  check_options(options);
  const kernels::FlushToZero flush(true);
  const std::vector<T> x = uniform<T>(options.elements, "x"),
                       upstream = uniform<T>(options.elements, "upstream");
  std::vector<ActivationCost> costs(activations.size());
  std::vector<std::unique_ptr<OnTape<T>>> tapes;
  std::vector<std::unique_ptr<OnBlocks<T>>> blocks;  // null without a plain formula
  std::vector<Timed> all;
  tapes.reserve(activations.size());
  blocks.reserve(activations.size());
  all.reserve(4 * activations.size());
  const auto add = [&](auto* made, PassTimes& times) {
    made->forward();  // what a backward pass begins from
    all.push_back({[made] { made->forward(); }, &times.forward});
    all.push_back({[made] { made->backward(); }, &times.backward});
  };
  for (std::size_t i = 0; i < activations.size(); ++i) {
    tapes.push_back(std::make_unique<OnTape<T>>(*activations[i], options.elements, x, upstream));
    add(tapes.back().get(), costs[i].vectorised);
    blocks.emplace_back();
    if (auto plain = plain_activation(activations[i]->choice())) {
      blocks.back() = std::make_unique<OnBlocks<T>>(std::move(plain), x, upstream);
      add(blocks.back().get(), costs[i].plain.emplace());
    }
  }
  for (Timed& timed : all) calibrate(timed, options.seconds);
  for (int repetition = 0; repetition < options.repetitions; ++repetition) {
    for (const Timed& timed : all) {
      const double calls = timed.calls, elements = static_cast<double>(options.elements);
      timed.times->push_back(1e9 * seconds_of(timed, timed.calls) / calls / elements);
    }
  }
  for (std::size_t i = 0; i < activations.size(); ++i) {
    costs[i].checksum = tapes[i]->checksum() + (blocks[i] == nullptr ? 0 : blocks[i]->checksum());
  }
  return costs;
}

template std::vector<ActivationCost> measure_costs<float>(
    std::span<const std::shared_ptr<const Activation>>, const CostOptions&);
template std::vector<ActivationCost> measure_costs<double>(
    std::span<const std::shared_ptr<const Activation>>, const CostOptions&);

namespace {

CostRow row_of(std::string_view dtype, std::string_view code, const PassTimes& times,
               const PassTimes& relu) {
  return {.dtype = dtype,
          .code = code,
          .forward = median(times.forward),
          .backward = median(times.backward),
          .forward_ratio = median_ratio(times.forward, relu.forward),
          .backward_ratio = median_ratio(times.backward, relu.backward)};
}

void add_rows(std::vector<CostRow>& rows, std::string_view dtype,
              const std::vector<ActivationCost>& costs) {
  rows.push_back(row_of(dtype, "library", costs[0].vectorised, costs[1].vectorised));
  if (costs[0].plain) rows.push_back(row_of(dtype, "libm", *costs[0].plain, *costs[1].plain));
}

}  // namespace

std::vector<CostRow> cost_beside_relu(const std::shared_ptr<const Activation>& activation,
                                      const CostOptions& options) {
  const std::shared_ptr<const Activation> both[] = {activation, make_activation({.type = "relu"})};
  std::vector<CostRow> rows;
  rows.reserve(4);
  add_rows(rows, "float32", measure_costs<float>(both, options));
  add_rows(rows, "float64", measure_costs<double>(both, options));
  return rows;
}

double median(const Times& times) {
  if (times.empty()) return std::nan("");
  Times sorted = times;
  std::ranges::sort(sorted);
  const std::size_t upper = sorted.size() / 2, lower = (sorted.size() - 1) / 2;
  return (sorted[lower] + sorted[upper]) / 2;
}

double median_ratio(const Times& times, const Times& reference) {
  Times ratios(std::min(times.size(), reference.size()));
  for (std::size_t i = 0; i < ratios.size(); ++i) ratios[i] = times[i] / reference[i];
  return median(ratios);
}

}  // namespace clino
