#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "claims/net.hpp"
#include "claims/parallel.hpp"
#include "claims/rows/rows.hpp"
#include "claims/widths.hpp"
#include "train/batch.hpp"

namespace clino::claim_configs {
extern const std::string_view glorot_saturation;
}

namespace clino::claims {

namespace glorot_saturation_row {
namespace {

constexpr Index kLooks = 40;     ///< at the net, over a run
constexpr Index kSamples = 100;  ///< that are looked at

/// Mean activation of each hidden layer, over its units and some samples.
struct Run {
  std::vector<double> steps;
  std::vector<std::vector<double>> means;  ///< [look][layer]
};

template <class T>
Run train(const Config& config, const Setting& setting) {
  Experiment<T> experiment = claims::make_experiment<T>(config, setting);
  const Model& model = experiment.model;
  Tape<T> tape(model.graph, experiment.parameters,
               {.max_batch = kSamples, .mode = TapeMode::evaluate});
  std::vector<Index> samples(kSamples);
  std::iota(samples.begin(), samples.end(), Index{0});
  fill_batch(tape, model, experiment.data.train, std::span<const Index>(samples), {});
  Run run;
  const auto look = [&](std::uint64_t step) {
    tape.forward({}, model.prediction);
    run.steps.push_back(static_cast<double>(step));
    std::vector<double> means;
    for (const Layer& layer : model.layers) {
      if (layer.activation == nullptr) continue;
      double sum = 0;
      const Matrix<const T> values = tape.value(layer.output);
      for (const T h : values.elements()) sum += static_cast<double>(h);
      means.push_back(sum / static_cast<double>(values.size()));
    }
    run.means.push_back(std::move(means));
  };
  look(0);
  const auto every = static_cast<std::uint64_t>(*config.training.max_steps / kLooks);
  Session<T> session(config, experiment);
  train_session<T>(session, setting, [&](Session<T>& now) {
    if (now.state().step % every == 0) look(now.state().step);
    return true;
  });
  return run;
}

report::Figure figure_of(const Run& run, const std::string& title) {
  report::Figure figure{.title = title,
                        .caption =
                            "Mean activation of each hidden layer over 100 samples. A "
                            "sigmoid near 0 or 1 is saturated: its slope is nearly 0.",
                        .x_title = "step",
                        .y_title = "mean activation",
                        .from_zero = true};
  for (std::size_t layer = 0; layer < run.means.front().size(); ++layer) {
    const bool top = layer + 1 == run.means.front().size();
    report::FigureLine line{
        .label = "hidden layer " + std::to_string(layer + 1) + (top ? ", the top one" : ""),
        .style = {"c" + std::to_string(layer), 0}};
    line.x = run.steps;
    for (const std::vector<double>& means : run.means) line.y.push_back(means[layer]);
    figure.lines.push_back(std::move(line));
  }
  return figure;
}

Outcome run(const Setting& setting) {
  const Index steps = setting.thorough ? 400'000 : 30'000;
  const std::vector<Index> depths =
      setting.thorough ? std::vector<Index>{4, 5} : std::vector<Index>{4};
  constexpr std::size_t kSeeds = 2;
  Checks checks;
  std::vector<report::Figure> figures;
  for (const Index depth : depths) {
    const auto runs = for_each_index(setting, kSeeds, [&](std::size_t i) {
      Config config = claim_config(
          setting, claim_configs::glorot_saturation,
          {hidden_override(100, depth), "training.max_steps=" + std::to_string(steps)});
      config.seed = seed_of(setting, i);
      return with_dtype(setting, [&](auto zero) { return train<decltype(zero)>(config, setting); });
    });
    const std::string net = ", " + std::to_string(depth) + " hidden layers";
    for (std::size_t i = 0; i < kSeeds; ++i) {
      const Run& each = runs[i];
      const std::string which = net + ", run " + std::to_string(i + 1);
      const auto top = each.means.front().size() - 1;
      double lowest = 1, others = 1;
      for (const std::vector<double>& means : each.means) {
        if (means[top] >= lowest) continue;
        lowest = means[top];
        others = *std::min_element(means.begin(), means.end() - 1);
      }
      const std::string how = figure_text(static_cast<double>(steps)) + " steps";
      checks.in_range("lowest mean of the top layer" + which, {0, .15}, lowest, how);
      checks.in_range("least mean of the layers below at that time" + which, {.45, 1}, others, how);
      checks.in_range("mean of the top layer at the start" + which, {.4, .6},
                      each.means.front()[top], "before the first step");
      if (setting.thorough) {
        checks.in_range("mean of the top layer in the end" + which,
                        depth == 4 ? Interval{.2, .8} : Interval{0, .1}, each.means.back()[top],
                        how);
      }
    }
    figures.push_back(figure_of(runs.front(), "The top layer of sigmoids saturates" + net));
  }
  return {.ran =
              "Nets of 4 hidden layers of 100 sigmoids with the standard first weights on 10 "
              "clusters in 64 dimensions, one sample a step, for " +
              std::to_string(steps) + " steps, 2 seeds.",
          .checks = checks.take(),
          .figures = std::move(figures)};
}

}  // namespace
}  // namespace glorot_saturation_row

Claim glorot_saturation() {
  return {.name = "glorot-saturation",
          .row = "C1",
          .title = "The top layer of sigmoids is driven into saturation",
          .statement =
              "In a deep net of sigmoids with the standard first weights the activations of "
              "the top hidden layer go to nearly 0, where its slope is nearly 0 too, while "
              "those of the layers below stay at a half and rise later.",
          .formula = "",
          .story =
              "At first what the layers below hand on says nothing of the class, and the output "
              "layer learns best from its bias alone. A sigmoid's output is positive, about a "
              "half, and disturbs: the net gets rid of it by driving the top layer to 0. There "
              "the slope is small, and the layers below get next to no signal. With zero-centred "
              "activations 0 is in the middle of the range, and nothing saturates.",
          .source =
              "Glorot and Bengio 2010, Understanding the difficulty of training deep "
              "feedforward neural networks, figure 2",
          .config = claim_configs::glorot_saturation,
          .run = glorot_saturation_row::run};
}

}  // namespace clino::claims
