#include <algorithm>
#include <iostream>
#include <memory>
#include <numeric>
#include <spdlog/spdlog.h>
#include <vector>

#include "app/command.hpp"
#include "app/linear_output.hpp"
#include "app/weights_option.hpp"
#include "core/kernels/flush_to_zero.hpp"
#include "train/experiment.hpp"
#include "train/trained_run.hpp"

namespace clino::app {

namespace {

struct LinearArguments {
  std::string run;
  WeightsChoice weights = WeightsChoice::automatic;
};

/// Samples in memory, as a data set gathers them.
template <class T>
struct Columns {
  Columns(const Dataset<T>& dataset, std::span<const Index> samples)
      : count(std::ssize(samples)),
        x(static_cast<std::size_t>(dataset.features() * count)),
        y(static_cast<std::size_t>(dataset.outputs() * count)),
        weight(samples.size()) {
    dataset.fill(samples, {x.data(), dataset.features(), count},
                 {y.data(), dataset.outputs(), count}, {weight.data(), 1, count});
  }

  Index count;
  std::vector<T> x, y, weight;
};

/// Samples spread evenly over a part, which may be sorted by class.
std::vector<Index> spread(Index size, Index most) {
  std::vector<Index> samples(static_cast<std::size_t>(std::min(size, most)));
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i] = static_cast<Index>(i) * size / std::ssize(samples);
  }
  return samples;
}

template <class T>
BestLinearLoss best_on(const Dataset<T>& dataset, const Choice& loss, Index outputs,
                       std::span<const double> class_weights) {
  std::vector<Index> all(static_cast<std::size_t>(dataset.size()));
  std::iota(all.begin(), all.end(), Index{0});
  const Columns<T> columns(dataset, all);
  const std::vector<double> x(columns.x.begin(), columns.x.end());
  const std::vector<double> y(columns.y.begin(), columns.y.end());
  const std::vector<double> weight(columns.weight.begin(), columns.weight.end());
  return best_linear_loss(loss, outputs,
                          {.inputs = {x.data(), dataset.features(), columns.count},
                           .targets = {y.data(), dataset.outputs(), columns.count},
                           .weights = {weight.data(), 1, columns.count},
                           .class_weights = class_weights});
}

template <class T>
LinearOutput examine(const RunDescription& description, TrainedRun<T>& run,
                     const Dataset<T>& training) {
  constexpr Index kSamples = 1000;
  LinearOutput output{.layers = std::ssize(run.model.layers),
                      .map = linear_collapse(run.model, std::as_const(run.parameters))};
  const Columns<T> some(training, spread(training.size(), kSamples));
  output.deviation = linear_deviation<T>(output.map, run.model, run.parameters,
                                         {some.x.data(), training.features(), some.count});
  output.loss = run.evaluator().evaluate(training).loss;
  const Choice& loss = description.config.loss;
  const auto reason =
      why_no_best_linear_loss(loss, output.map.inputs, output.map.outputs, training.size());
  if (reason) {
    output.left_out = *reason;
  } else {
    output.best = best_on(training, loss, output.map.outputs, run.class_weights);
  }
  return output;
}

/// The figures, or why there are none.
struct FoundMap {
  std::optional<LinearOutput> output;
  std::string reason;
};

template <class T>
FoundMap examine(const RunDescription& description) {
  {
    const TrainedRun<T> run = load_run<T>(description);
    if (const auto reason = why_not_linear(run.model)) return {.output = {}, .reason = *reason};
  }
  const Data<T> data = load_own_data<T>(description);
  TrainedRun<T> run = load_run<T>(description, class_weights(description.config, data));
  FoundMap found{.output = examine(description, run, data.train), .reason = {}};
  if (!found.output->deviation.certified) {
    found.reason = "rounding does not explain how the net deviates from the map of its layers";
  }
  return found;
}

int run_linear(const LinearArguments& arguments, const CommonOptions& common) {
  const RunDescription run = describe_run(arguments.run, arguments.weights);
  const kernels::FlushToZero flush(run.config.flush_to_zero);
  const FoundMap found =
      with_dtype(run.config.dtype, [&](auto zero) { return examine<decltype(zero)>(run); });
  if (common.json) {
    JsonValue json = json_object({{"run", json_of(arguments.run)},
                                  {"weights", json_of(run.weights.filename().string())},
                                  {"linear", json_of(found.reason.empty())}});
    if (!found.reason.empty()) json.add("reason", json_of(found.reason));
    if (found.output) add_linear_json(json, *found.output);
    std::cout << write_json(json) << '\n';
  } else if (found.output && !common.quiet) {
    std::cout << "weights: " << run.weights.string() << '\n';
    print_linear(std::cout, *found.output, run.preprocessing);
  }
  if (found.reason.empty()) return kDone;
  spdlog::error("{}", found.reason);
  return kFailed;
}

}  // namespace

void add_linear(CLI::App& program, CommonOptions& common, int& exit_code) {
  auto arguments = std::make_shared<LinearArguments>();
  CLI::App* verb = program.add_subcommand(
      "linear",
      "Show that a net of affine layers is one linear map, and what the best one reaches");
  verb->add_option("run", arguments->run, "Run directory")->required()->type_name("RUN");
  add_weights_option(*verb, arguments->weights);
  verb->footer("The exit code is 1 where some layer is not affine; the message names it.");
  verb->callback([=, &common, &exit_code] { exit_code = run_linear(*arguments, common); });
}

}  // namespace clino::app
